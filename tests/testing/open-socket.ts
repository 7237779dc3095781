// Opens WebSocket connections for one test with the client of the gateway's test library, and ends them after the test.
import {
  HandshakeRejectedError,
  type OpenSocketOptions,
  openSocket as open,
  type TestSocket,
} from "@document-insight/gateway/testing"
import { onTestFinished } from "vitest"

export type { TestSocket }

/** A loaded machine may need longer than the library's default. */
const timeoutMs = 10_000

/** @throws HandshakeRejectedError when the handshake is rejected */
export function openSocket(url: string, options: OpenSocketOptions = {}): Promise<TestSocket> {
  const opening = open(url, { timeoutMs, ...options })
  const terminate = (socket: TestSocket) => socket.terminate()
  // Not awaited: a handshake that is pending at the end of a test may never be completed.
  onTestFinished(() => void opening.then(terminate, () => {}))
  return opening
}

/** The response to a handshake that is expected to be rejected. */
export async function rejectedHandshake(url: string, options: OpenSocketOptions = {}): Promise<HandshakeRejectedError> {
  const outcome = await openSocket(url, options).catch((error: Error) => error)
  if (outcome instanceof HandshakeRejectedError) return outcome
  throw outcome instanceof Error ? outcome : new Error("The handshake was accepted.")
}
