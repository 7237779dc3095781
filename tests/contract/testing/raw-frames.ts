// Reads and writes WebSocket frames by hand, also those that no library would send.
import { randomBytes } from "node:crypto"
import { once } from "node:events"
import { connect, type Socket } from "node:net"
import type { Duplex } from "node:stream"
import { onTestFinished } from "vitest"
import { handshake } from "./raw-handshake.ts"

export type Frame = {
  opcode: number
  payload?: Buffer | string
  fin?: boolean
  /** Reserved bits, 0 to 7. */
  reserved?: number
  masked?: boolean
  /** The length in the header, when it differs from the length of the payload. */
  announcedLength?: bigint
}

export const opcodes = { continuation: 0, text: 1, binary: 2, close: 8, ping: 9, pong: 10 }

export function frame({
  opcode,
  payload = "",
  fin = true,
  reserved = 0,
  masked = true,
  announcedLength,
}: Frame): Buffer {
  const data = Buffer.from(payload)
  const length = announcedLength ?? BigInt(data.length)
  const header = [(fin ? 0x80 : 0) | (reserved << 4) | opcode]
  const maskBit = masked ? 0x80 : 0
  if (length < 126n) header.push(maskBit | Number(length))
  else if (length < 65_536n) header.push(maskBit | 126, Number(length >> 8n), Number(length & 0xffn))
  else {
    header.push(maskBit | 127)
    for (let shift = 56n; shift >= 0n; shift -= 8n) header.push(Number((length >> shift) & 0xffn))
  }
  if (!masked) return Buffer.concat([Buffer.from(header), data])
  const mask = randomBytes(4)
  const hidden = data.map((byte, index) => byte ^ (mask[index % 4] ?? 0))
  return Buffer.concat([Buffer.from(header), mask, hidden])
}

export type ReceivedFrame = { opcode: number; payload: Buffer }

/** Opens a connection whose frames are written and read by hand. */
export async function openRaw(url: string, headers: Record<string, string> = {}) {
  const { socket, status } = await handshake(url, headers)
  if (!socket) throw new Error(`The handshake was rejected with ${status}`)
  return {
    socket,
    send: (...frames: Frame[]) => socket.write(Buffer.concat(frames.map(frame))),
    write: (bytes: Buffer) => socket.write(bytes),
    /** The next frame from the server; undefined when the connection ends first. */
    next: frameReader(socket),
  }
}

/** The code of the close frame that follows these frames. */
export async function closeCodeOf(url: string, ...frames: Frame[]): Promise<number | undefined> {
  const { send, next } = await openRaw(url)
  send(...frames)
  for (let received = await next(); received; received = await next()) {
    if (received.opcode === opcodes.close) return received.payload.readUInt16BE(0)
  }
  return undefined
}

function frameReader(socket: Duplex): () => Promise<ReceivedFrame | undefined> {
  let buffered = Buffer.alloc(0)
  let isOver = false
  socket.on("data", (chunk) => {
    buffered = Buffer.concat([buffered, chunk])
  })
  for (const event of ["end", "close", "error"]) socket.on(event, () => (isOver = true))
  return async () => {
    for (;;) {
      const read = readFrame(buffered)
      if (read) {
        buffered = buffered.subarray(read.bytes)
        return read.frame
      }
      if (isOver) return undefined
      await Promise.race([once(socket, "data"), once(socket, "end"), once(socket, "close")])
    }
  }
}

function readFrame(bytes: Buffer): { frame: ReceivedFrame; bytes: number } | undefined {
  if (bytes.length < 2) return undefined
  const [first = 0, second = 0] = bytes
  const code = second & 0x7f
  const start = code === 127 ? 10 : code === 126 ? 4 : 2
  if (bytes.length < start) return undefined
  const length = code === 127 ? Number(bytes.readBigUInt64BE(2)) : code === 126 ? bytes.readUInt16BE(2) : code
  if (bytes.length < start + length) return undefined
  return { frame: { opcode: first & 0x0f, payload: bytes.subarray(start, start + length) }, bytes: start + length }
}

// One hook for all sockets: one per socket would keep a hundred thousand closed sockets in memory until a test ends.
const open = new Set<Socket>()
let hasHook = false

function destroyAfterTest(socket: Socket): void {
  open.add(socket)
  socket.once("close", () => open.delete(socket))
  if (hasHook) return
  hasHook = true
  onTestFinished(() => {
    hasHook = false
    for (const one of open) one.destroy()
  })
}

/** Opens a TCP connection to the host of a URL, without sending anything. */
export async function openTcp(url: string): Promise<Socket> {
  const { hostname, port } = new URL(url)
  const socket = connect(Number(port), hostname)
  socket.on("error", () => {})
  destroyAfterTest(socket)
  await once(socket, "connect")
  return socket
}
