// Reads e-mail messages (.eml): subject, sender, recipients and the text, without attachments.
import type { Address } from "postal-mime"
import { DocumentError } from "../document-error.ts"
import { decodeText } from "./decode-text.ts"
import { TextStructure } from "./document-structure.ts"
import { loadHtmlReader } from "./html.ts"
import type { OpenedDocument } from "./opened-document.ts"
import { openText } from "./plain-text.ts"

/** Of the fields before the text. */
const maxFieldBytes = 1_000_000

/** @throws DocumentError TOO_LARGE, CORRUPT, EMPTY */
export async function openEml(bytes: Uint8Array): Promise<OpenedDocument> {
  const fields = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.length, maxFieldBytes)).toString("latin1")
  if (!/^\s*(?:\xef\xbb\xbf)?(?:From |[!-9;-~]+:)/.test(fields)) {
    throw new DocumentError(fields.trim() === "" ? "EMPTY" : "CORRUPT")
  }
  const { default: PostalMime } = await import("postal-mime")
  const message = await PostalMime.parse(asDeclared(bytes)).catch((cause: unknown) => {
    throw new DocumentError("CORRUPT", { cause })
  })
  const html = message.html ? (await loadHtmlReader())(message.html) : undefined
  const plain = message.text?.trim().replaceAll("\r\n", "\n") || undefined
  const text = plain ?? html?.text.trim() ?? ""
  const subject = message.subject?.trim() || null
  // An empty line ends the fields; without one the file is cut off.
  if (text === "" && subject === null) throw new DocumentError(/\n\r?\n/.test(fields) ? "EMPTY" : "CORRUPT")
  const head = [
    subject,
    line("From", message.from ? [message.from] : []),
    line("To", message.to ?? []),
    message.date ? `Date: ${message.date}` : null,
  ].filter((part) => part !== null)
  const start = `${head.join("\n")}\n\n`
  const structure = new TextStructure()
  if (plain === undefined && html) structure.addAll(html.structure, start.length)
  // The same message, written twice: a link is about as far from the start of both.
  else if (html) {
    const scale = text.length / Math.max(1, html.text.length)
    structure.addLinks(html.structure, (at) => start.length + at * scale)
  }
  return openText(start + text, subject, structure)
}

/** A message whose parts declare no encoding is ASCII or UTF-8 by the standard. Old programs wrote their own. */
function asDeclared(bytes: Uint8Array): Uint8Array {
  const file = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  if (["charset", "Charset", "CHARSET"].some((name) => file.includes(name, 0, "latin1"))) return bytes
  const text = bytes.some((byte) => byte > 0x7f) ? decodeText(bytes) : undefined
  return text === undefined ? bytes : Buffer.from(text)
}

function line(name: string, addresses: readonly Address[]): string | null {
  const names = addresses.map((address) => address.name || address.address || "").filter((text) => text !== "")
  return names.length === 0 ? null : `${name}: ${names.join(", ")}`
}
