// Opens compound files, the container of Office's formats before 2007 and of encrypted newer ones, by what they contain.
import { DocumentError } from "../document-error.ts"
import { type FindStream, openDoc } from "./doc.ts"
import type { OpenedDocument } from "./opened-document.ts"

/** @throws DocumentError UNSUPPORTED_TYPE, TOO_LARGE, ENCRYPTED, CORRUPT */
export async function openCompoundFile(bytes: Uint8Array): Promise<OpenedDocument> {
  const findStream = await parse(bytes)
  if (findStream("EncryptedPackage")) throw new DocumentError("ENCRYPTED")
  if (findStream("WordDocument")) return openDoc(findStream)
  throw new DocumentError("UNSUPPORTED_TYPE")
}

async function parse(bytes: Uint8Array): Promise<FindStream> {
  const { default: cfb } = await import("cfb")
  const parsed = parseWith(cfb, bytes)
  const streams = new Map(parsed.FileIndex.map(({ name, content }) => [name, content]))
  return (name) => {
    const content = streams.get(name)
    return content === undefined || Buffer.isBuffer(content) ? content : Buffer.from(content)
  }
}

function parseWith(cfb: typeof import("cfb"), bytes: Uint8Array): ReturnType<typeof cfb.parse> {
  try {
    return cfb.parse(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength))
  } catch (cause) {
    throw new DocumentError("CORRUPT", { cause })
  }
}
