// Why something could not be done with a document, as a sentence that can be shown to a person as it is.

export type DocumentErrorReason =
  | "unreachable" // no answer: the network or the server is away; trying again may help
  | "refused" // the request is answered with what is wrong with it; trying the same again will not help
  | "not-found" // there is no such document (any more)
  | "failed" // the server could not do it; trying again may help
  | "cancelled" // by the caller's own signal

export class DocumentError extends Error {
  override readonly name = "DocumentError"
  readonly reason: DocumentErrorReason

  constructor(reason: DocumentErrorReason, sentence: string, cause?: unknown) {
    super(sentence, { cause })
    this.reason = reason
  }

  get canBeTriedAgain(): boolean {
    return this.reason === "unreachable" || this.reason === "failed"
  }
}
