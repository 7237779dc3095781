// A WebSocket client with minimal cost, so that the server determines the result: sends prepared bytes and compares the
// received bytes with the expected ones.
import { connect, type Socket } from "node:net"

export type RawSocket = {
  socket: Socket
  close(): void
}

const key = Buffer.from("the bench's own nonce.".slice(0, 16)).toString("base64")

/** Resolves when the server responds with 101. @throws Error with any other response */
export function openRawSocket({ port, path }: { port: number; path: string }): Promise<RawSocket> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host: "127.0.0.1", port, noDelay: true })
    socket.on("error", reject)
    socket.write(
      `GET ${path} HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nUser-Agent: bench\r\nUpgrade: websocket\r\n` +
        `Connection: Upgrade\r\nSec-WebSocket-Key: ${key}\r\nSec-WebSocket-Version: 13\r\n\r\n`,
    )
    let answer = ""
    socket.on("data", function onData(chunk) {
      answer += chunk.toString("latin1")
      if (!answer.includes("\r\n\r\n")) return
      socket.off("data", onData)
      if (answer.startsWith("HTTP/1.1 101 ")) resolve({ socket, close: () => closeRawSocket(socket) })
      else reject(new Error(`The handshake was rejected: ${answer}`))
    })
  })
}

/** `count` open sockets, at most `concurrency` handshakes at a time. */
export async function openRawSockets(
  count: number,
  concurrency: number,
  server: { port: number; path: string },
): Promise<RawSocket[]> {
  const sockets: RawSocket[] = []
  let started = 0
  const openInTurn = async () => {
    while (started < count) {
      started++
      sockets.push(await openRawSocket(server))
    }
  }
  await Promise.all(Array.from({ length: concurrency }, openInTurn))
  return sockets
}

/** Resolves when the server has closed all of them. */
export async function closeRawSockets(sockets: readonly RawSocket[]): Promise<void> {
  await Promise.all(
    sockets.map(({ socket, close }) => {
      const closed = new Promise((resolve) => socket.once("close", resolve))
      close()
      return closed
    }),
  )
}

function closeRawSocket(socket: Socket): void {
  socket.removeAllListeners("error").on("error", () => socket.destroy())
  socket.resume()
  socket.end(frame(Buffer.from([0x03, 0xe8]), 0x8))
}

/** A masked frame, as clients send it. The mask is zero, which costs the server the same and the client nothing. */
export function frame(payload: Buffer, opcode = 0x1): Buffer {
  const { length } = payload
  if (length > 0xffff) throw new Error("The bench sends only messages of up to 65,535 bytes.")
  const lengthBytes = length < 126 ? [0x80 | length] : [0x80 | 126, length >>> 8, length & 0xff]
  return Buffer.concat([Buffer.from([0x80 | opcode, ...lengthBytes, 0, 0, 0, 0]), payload])
}

/** An unmasked text frame, as servers send it. */
export function serverFrame(text: string): Buffer {
  const payload = Buffer.from(text)
  const { length } = payload
  const header = length < 126 ? [0x81, length] : [0x81, 126, length >>> 8, length & 0xff]
  return Buffer.concat([Buffer.from(header), payload])
}
