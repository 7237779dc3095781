// The error of every document request. Its message can be shown to a person as it is.

export type DocumentErrorReason =
  | "unreachable" // no response: the network or the server is down; a retry may help
  | "refused" // the request is invalid; a retry does not help
  | "signed-out" // there is no session, or it has ended: sign in again
  | "not-found" // the document does not exist, or no longer exists
  | "failed" // the server failed; a retry may help
  | "cancelled" // by the caller's signal

export class DocumentError extends Error {
  override readonly name = "DocumentError"
  readonly reason: DocumentErrorReason

  constructor(reason: DocumentErrorReason, message: string, cause?: unknown) {
    super(message, { cause })
    this.reason = reason
  }

  get isRetryable(): boolean {
    return this.reason === "unreachable" || this.reason === "failed"
  }
}
