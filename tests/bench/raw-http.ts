// An HTTP client with minimal cost: sends the same prepared bytes again and again over a kept connection.
import { connect, type Socket } from "node:net"

export type RawRequest = { method: string; path: string; headers: Record<string, string>; body: string }

/** One connection that repeats one request, one at a time. */
export type Repeater = {
  /** @returns how many responses arrived until then; the last of them may be later */
  repeatUntil(endsAt: number): Promise<number>
  close(): void
}

/** @throws Error from `repeatUntil` for a response with another status than 200, or without a length */
export function createRepeater(port: number, request: RawRequest): Repeater {
  const socket = connect({ host: "127.0.0.1", port, noDelay: true })
  const bytes = bytesOf(port, request)
  return { repeatUntil: (endsAt) => repeat(socket, bytes, endsAt), close: () => socket.destroy() }
}

function bytesOf(port: number, { method, path, headers, body }: RawRequest): Buffer {
  const all = { host: `127.0.0.1:${port}`, ...headers, "content-length": String(Buffer.byteLength(body)) }
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`)
  return Buffer.from(`${method} ${path} HTTP/1.1\r\n${lines.join("")}\r\n${body}`)
}

function repeat(socket: Socket, request: Buffer, endsAt: number): Promise<number> {
  return new Promise((resolve, reject) => {
    let completed = 0
    let received = ""
    socket.on("error", reject).on("close", () => reject(new Error("The server closed a connection.")))
    socket.on("data", (chunk) => {
      received += chunk.toString("latin1")
      const length = responseLength(received)
      if (length === undefined || received.length < length) return
      if (received.length > length || !received.startsWith("HTTP/1.1 200 ")) {
        reject(new Error(`Unexpected response: ${received}`))
        return
      }
      received = ""
      completed++
      if (performance.now() < endsAt) return void socket.write(request)
      socket.removeAllListeners()
      resolve(completed)
    })
    socket.write(request)
  })
}

/** Of the head and the body; undefined while the head is not complete. */
function responseLength(received: string): number | undefined {
  const end = received.indexOf("\r\n\r\n")
  if (end < 0) return undefined
  const length = /\r\ncontent-length: *(\d+)/i.exec(received.slice(0, end))?.[1]
  if (length === undefined) throw new Error(`A response without Content-Length: ${received}`)
  return end + 4 + Number(length)
}
