// The messages between the gateway and the runtime of an execution environment. Each is the header of a frame.
import type { InvokeHeader, RespondedHeader } from "../frames.ts"

/** The first message that a runtime receives. */
export type RuntimeSettings = {
  /** Folder that holds the function's code, Lambda's `/var/task`. */
  taskRoot: string
  /** `index.handler` */
  handler: string
  /** `nodejs24.x`, `python3.13` */
  runtime: string
  /** Folders of the function's layers, each of them Lambda's `/opt`; first one wins. */
  layerFolders: string[]
  /** `node_modules` folders of the function's layers, first one wins. */
  layerModules: string[]
  /** `node_modules` folders that have the AWS SDK, first one wins. */
  sdkFolders: string[]
  functionName: string
  memoryMb: number
  timeoutMs: number
  logGroupName: string
  logStreamName: string
  logFormat: "Text" | "JSON"
  /** Host name -> loopback port, for hosts that lead to the gateway. */
  network: Record<string, number>
  /** Variables that must not be set before the process has started. */
  lateVariables: Record<string, string>
  /** Whether the runtime reports its memory use, because the gateway cannot read it from outside. */
  reportsMemory: boolean
}

export type ToRuntime =
  /** The payload of the frame is the event as JSON text. */
  | InvokeHeader
  /** Asks for the invocations that have not begun. */
  | { type: "recall" }
  /** There is room for the next part of a streamed response. */
  | { type: "acknowledge" }

export type InvokeMessage = InvokeHeader

export type FromRuntime =
  /** `readsInvokeFrames`: whether it reads the binary header of `invoke`, beside that in JSON. */
  | { type: "ready"; initMs: number; readsInvokeFrames?: boolean }
  | { type: "init-failed"; error: SerializedError; initMs: number }
  /** The payload of the frame is the result as JSON text. */
  | RespondedHeader
  | StreamMessage
  /** `fatal`: the process is about to exit, after an error that no handler caught. No `requestId`: nothing runs. */
  | {
      type: "failed"
      requestId?: string
      error: SerializedError
      durationMs: number
      memoryBytes: number
      fatal: boolean
    }
  /** The last `count` invocations had not begun and will not run. */
  | { type: "recalled"; count: number }
  /** The payload of the frame is the text. `cutBytes`: how much of it was over the limit. */
  | { type: "output"; kind: "stdout" | "stderr"; cutBytes?: number }
  | { type: "memory"; bytes: number }
  /** `process.exit`, with the invocation that runs. */
  | { type: "exiting"; requestId?: string }

/**
 * The running invocation streams its response. The payload of the frame is the head as JSON text, or a part in base64, which
 * `acknowledge` follows.
 */
export type StreamMessage = { type: "stream-began" | "stream-part"; requestId: string }

/**
 * AWS: an error has a type, a message and a trace (lambda-error). Other runtimes than Node.js have further fields, in
 * another order.
 */
export type SerializedError = { errorType: string; errorMessage: string; trace?: string[] }
