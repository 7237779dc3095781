// Why a document cannot be read: an expected end of the work, told to the people who wait for it.
import type { DocumentErrorCode } from "@document-insight/protocol"

const sentences = {
  UNSUPPORTED_TYPE: "This kind of file cannot be read. PDF, Word (.docx), plain text, Markdown and HTML can.",
  TOO_LARGE: "This document is too large to be read.",
  ENCRYPTED: "This document is protected by a password. Remove the protection and hand it in again.",
  CORRUPT: "This file is damaged, or is not what its name says. Open it on your side, save it anew and try again.",
  EMPTY: "This file has nothing in it.",
  TIMED_OUT: "Reading this document took too long. Split it into smaller parts and hand those in.",
  PROCESSING_FAILED: "This document could not be read, although it was tried more than once.",
} satisfies Partial<Record<DocumentErrorCode, string>>

/** Thrown while a document is read, when trying again would end the same way. Its message is for people. */
export class DocumentError extends Error {
  override readonly name = "DocumentError"
  readonly errorCode: keyof typeof sentences

  constructor(errorCode: keyof typeof sentences, options?: ErrorOptions & { message?: string }) {
    super(options?.message ?? sentences[errorCode], options)
    this.errorCode = errorCode
  }
}
