// The event of the text recognizer and its response: one page of one document.

export type RecognitionRequest = {
  documentId: string
  /** From 1. */
  page: number
  /** The same for all pages that are recognized while a document is read: its file is downloaded once per environment. */
  readingId: string
  /** Of a PDF that needs one. */
  password?: string | undefined
}

/** Lines are separated by "\n"; "" when no text is recognized. */
export type RecognitionResponse = { text: string }
