// Why a document cannot be read: an expected end of the work, with a message for the people who watch it.
import type { DocumentErrorCode } from "@document-insight/protocol"

const sentences = {
  UNSUPPORTED_TYPE:
    "This kind of file cannot be read. PDF, Word, PowerPoint, Excel, OpenDocument, EPUB, RTF, e-mail and text files can.",
  TOO_LARGE: "This document is too large to be read.",
  ENCRYPTED: "This document is protected by a password. Remove the protection and upload it again.",
  CORRUPT:
    "This file is damaged, or is not of the type that its name says. Open it, save it again and upload the new file.",
  EMPTY: "This file is empty.",
  TIMED_OUT: "Reading this document took too long. Split it into smaller parts and upload those.",
  PROCESSING_FAILED: "This document could not be processed. Upload it again; if that fails too, try another file.",
} satisfies Partial<Record<DocumentErrorCode, string>>

/** Thrown while a document is read, when a retry would end the same way. */
export class DocumentError extends Error {
  override readonly name = "DocumentError"
  readonly errorCode: keyof typeof sentences

  constructor(errorCode: keyof typeof sentences, options?: ErrorOptions & { message?: string }) {
    super(options?.message ?? sentences[errorCode], options)
    this.errorCode = errorCode
  }
}
