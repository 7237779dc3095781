// Measures what a client of a WebSocket API waits for: the handshake, and a push from the management API to its socket.
import { ApiGatewayManagementApiClient, PostToConnectionCommand } from "@aws-sdk/client-apigatewaymanagementapi"
import type { ContractStack } from "./contract-stack.ts"

export type Latencies = { handshakeMs: number[]; pushMs: number[] }

/** One handshake after the other, then one push after the other to a single connection. */
export async function measureLatency(stack: ContractStack, samples: number): Promise<Latencies> {
  const handshakeMs: number[] = []
  for (let sample = 0; sample < samples; sample++) {
    const startedAt = performance.now()
    const socket = await openSocket(stack.url)
    handshakeMs.push(performance.now() - startedAt)
    socket.close()
  }
  return { handshakeMs, pushMs: await measurePushes(stack, samples) }
}

async function measurePushes({ url, callbackUrl, region, credentials }: ContractStack, samples: number) {
  const client = new ApiGatewayManagementApiClient({ endpoint: callbackUrl, region, credentials })
  const socket = await openSocket(url)
  try {
    const echoed = nextMessage(socket)
    socket.send(JSON.stringify({ action: "echo" }))
    const { connectionId: ConnectionId } = JSON.parse((await echoed).text).requestContext
    const pushMs: number[] = []
    for (let sample = 0; sample < samples; sample++) {
      const received = nextMessage(socket)
      const startedAt = performance.now()
      await Promise.all([received, client.send(new PostToConnectionCommand({ ConnectionId, Data: `push ${sample}` }))])
      pushMs.push((await received).at - startedAt)
    }
    return pushMs
  } finally {
    socket.close()
    client.destroy()
  }
}

function openSocket(url: string): Promise<WebSocket> {
  const socket = new WebSocket(url)
  return new Promise((resolve, reject) => {
    socket.addEventListener("open", () => resolve(socket), { once: true })
    socket.addEventListener("error", () => reject(new Error(`${url} does not accept a connection.`)), { once: true })
  })
}

function nextMessage(socket: WebSocket): Promise<{ text: string; at: number }> {
  const listening = new AbortController()
  const { signal } = listening
  const message = new Promise<{ text: string; at: number }>((resolve, reject) => {
    socket.addEventListener("message", ({ data }) => resolve({ text: String(data), at: performance.now() }), { signal })
    socket.addEventListener("close", () => reject(new Error("The connection closed during the measurement.")), {
      signal,
    })
  })
  return message.finally(() => listening.abort())
}

/** The value below which `fraction` of the samples are (nearest rank). */
export function percentile(samples: readonly number[], fraction: number): number {
  const sorted = samples.toSorted((one, other) => one - other)
  return sorted[Math.max(0, Math.ceil(fraction * sorted.length) - 1)] ?? Number.NaN
}
