// The runtime's side of the channel to the gateway: two pipes, one in each direction.
import { Buffer } from "node:buffer"
import { decodeFrame, FrameReader, FrameWriter, type RespondedHeader } from "../frames.ts"
import { readSync, Socket, writeSync } from "./builtins.ts"
import type { FromRuntime, RuntimeSettings, ToRuntime } from "./messages.ts"

// Not imported: that would open the standard streams, which makes their descriptors non-blocking. A handler may delete
// the global.
const { process: ownProcess } = globalThis

const FROM_GATEWAY = 3
const TO_GATEWAY = 4
const EXIT_STATUS = 1

export type Channel = {
  settings: RuntimeSettings
  /** Starts to receive; until then the channel does not keep the process running. */
  receive(onMessage: (message: ToRuntime, payload: string) => void): void
  /** Keeps the process running, or not, while nothing else does. */
  ref(): void
  unref(): void
}

/** Waits for the settings. */
export function openChannel(): Channel {
  const length = readBytes(4).readUInt32LE(0)
  const { header } = decodeFrame(readBytes(length), 0, length)
  let socket: InstanceType<typeof Socket> | undefined
  return {
    settings: header as RuntimeSettings,
    receive(onMessage) {
      const reader = new FrameReader(Number.POSITIVE_INFINITY, (message, payload) =>
        onMessage(message as ToRuntime, payload),
      )
      socket = new Socket({ fd: FROM_GATEWAY, readable: true, writable: false })
      socket.on("data", (chunk: Buffer) => reader.push(chunk))
      // The gateway has ended.
      socket.on("close", () => ownProcess.exit(EXIT_STATUS))
      socket.on("error", () => ownProcess.exit(EXIT_STATUS))
    },
    ref: () => socket?.ref(),
    unref: () => socket?.unref(),
  }
}

const writer = new FrameWriter()

/**
 * Returns when the gateway has room for the message, in which case nothing is lost if the process is killed. So a
 * handler that writes faster than the gateway reads waits here, as it would for a pipe.
 */
export function send(message: FromRuntime, payload?: string): void {
  // Without a prototype when a handler has added a `toJSON` to Object.prototype.
  writer.add("toJSON" in message ? { __proto__: null, ...message } : message, payload)
  flush()
}

/** As `send`, for the message of every invocation. */
export function sendResult(header: Omit<RespondedHeader, "type">, payload: string): void {
  writer.addResponded(header, payload)
  flush()
}

function flush(): void {
  const bytes = writer.take()
  for (let offset = 0; offset < bytes.length; ) offset += write(bytes, offset)
}

function write(frame: Buffer, offset: number): number {
  try {
    return writeSync(TO_GATEWAY, frame, offset)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EAGAIN") ownProcess.exit(EXIT_STATUS)
    // A handler has made the pipe non-blocking.
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1)
    return 0
  }
}

function readBytes(count: number): Buffer {
  const bytes = Buffer.alloc(count)
  for (let offset = 0; offset < count; ) {
    const read = readSync(FROM_GATEWAY, bytes, offset, count - offset, null)
    if (read === 0) ownProcess.exit(EXIT_STATUS)
    offset += read
  }
  return bytes
}
