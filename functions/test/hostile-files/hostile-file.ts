// What a hostile file is: made on demand, with the outcome that reading it must have.
import type { DocumentError } from "../../src/document-processor/document-error.ts"

export type Outcome = "complete" | DocumentError["errorCode"]

export type HostileFile = {
  name: string
  contentType: string
  /** Any of them: a file may be cut off in a place that still can be read. */
  outcomes: readonly Outcome[]
  make(): Uint8Array | Promise<Uint8Array>
}

export const contentTypes = {
  pdf: "application/pdf",
  docx: "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
  text: "text/plain",
  markdown: "text/markdown",
  html: "text/html",
  pptx: "application/vnd.openxmlformats-officedocument.presentationml.presentation",
  xlsx: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
  odt: "application/vnd.oasis.opendocument.text",
  epub: "application/epub+zip",
  doc: "application/msword",
  rtf: "application/rtf",
  eml: "message/rfc822",
  json: "application/json",
  xml: "application/xml",
} as const

/** `bytes` bytes of ASCII that repeat a pattern. */
export function repeated(pattern: string, bytes: number): Buffer {
  return Buffer.alloc(bytes, pattern, "utf8")
}

/** Numbers from 0 to 1 that are the same in each run. */
export function seededRandom(seed: number): () => number {
  let state = seed
  return () => {
    state = (state * 48_271) % 2_147_483_647
    return state / 2_147_483_647
  }
}

/** The file with some of its bytes replaced, at places and by values that depend on the seed only. */
export function damaged(bytes: Uint8Array, seed: number): Uint8Array {
  const random = seededRandom(seed)
  const copy = Uint8Array.from(bytes)
  const changes = 1 + Math.floor(random() * 40)
  for (let change = 0; change < changes; change += 1) {
    copy[Math.floor(random() * copy.length)] = Math.floor(random() * 256)
  }
  return random() < 0.3 ? copy.subarray(0, Math.floor(random() * copy.length)) : copy
}
