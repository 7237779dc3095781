// What an execution environment and its thread say to each other. Payloads travel as JSON text: a string crosses
// threads faster than an object, and JSON is what Lambda's handlers are promised anyway.

/** Everything a thread is born with. */
export type ThreadSettings = {
  /** Folder that holds the function's code, Lambda's `/var/task`. */
  taskRoot: string
  /** `index.handler` */
  handler: string
  /** `nodejs24.x` */
  runtime: string
  /** `node_modules` folders of the function's layers, first one wins. */
  layerModules: string[]
  functionName: string
  memoryMb: number
  timeoutMs: number
  logGroupName: string
  logStreamName: string
  logFormat: "Text" | "JSON"
  /** Host name -> loopback port, for hosts that lead to the gateway. */
  network: Record<string, number>
  /** Shared: see handed-over.ts. */
  begun: Int32Array
}

export type ToThread = {
  requestId: string
  /** As the caller named the function, with its qualifier. */
  invokedFunctionArn: string
  /** JSON text. */
  payload: string
}

export type FromThread =
  | { type: "ready"; initMs: number }
  | { type: "init-failed"; error: SerializedError; initMs: number }
  | { type: "answered"; payload: string; durationMs: number; memoryBytes: number }
  /** `fatal`: the thread is about to end, as a runtime does after an error that no handler caught. */
  | { type: "failed"; error: SerializedError; durationMs: number; memoryBytes: number; fatal: boolean }
  | { type: "output"; kind: "stdout" | "stderr"; text: string }

/** AWS: an error has a type, a message and a trace (lambda-error) */
export type SerializedError = { errorType: string; errorMessage: string; trace?: string[] }
