// Reads Word documents (.docx). The format stores no pages (Word makes them when it shows the text), so they are estimated.
//
// Only two files of the archive are read, each up to a bound and in one pass. A library that builds the document as a
// tree takes gigabytes for a million one-letter paragraphs, which are 30 KB as a file.
import { DocumentError } from "../document-error.ts"
import { DocxText } from "./docx-text.ts"
import type { OpenedDocument } from "./opened-document.ts"
import { parseXml } from "./parse-xml.ts"
import { openText } from "./plain-text.ts"
import { maxXmlBytes } from "./reading-limits.ts"
import { ZipArchive } from "./zip-archive.ts"

const packageRelationships = "_rels/.rels"
const maxRelationshipsBytes = 1_000_000
const defaultMainPart = "word/document.xml"

/** @throws DocumentError UNSUPPORTED_TYPE, TOO_LARGE, ENCRYPTED, CORRUPT */
export async function openDocx(bytes: Uint8Array): Promise<OpenedDocument> {
  const archive = new ZipArchive(bytes)
  const mainPart = archive.read(await findMainPart(archive), maxXmlBytes)
  if (!mainPart) throw new DocumentError("UNSUPPORTED_TYPE")
  const text = new DocxText()
  await parseXml(mainPart, text)
  if (!text.isComplete) throw new DocumentError("CORRUPT")
  return openText(text.toString(), null)
}

/** The target of the package's relationship to its main document (ECMA-376 part 2, section 6.5). */
async function findMainPart(archive: ZipArchive): Promise<string> {
  const relationships = archive.read(packageRelationships, maxRelationshipsBytes)
  if (!relationships) return defaultMainPart
  let found: string | undefined
  let type = ""
  let target = ""
  await parseXml(relationships, {
    onOpen() {
      type = ""
      target = ""
    },
    onAttribute(name, value) {
      if (name === "Type") type = value
      if (name === "Target") target = value
    },
    onClose(name) {
      if (name === "Relationship" && type.endsWith("/officeDocument")) found ??= target.replace(/^\//, "")
    },
  })
  // Spreadsheets and presentations have an "officeDocument" too, in other folders.
  return found?.startsWith("word/") && archive.has(found) ? found : defaultMainPart
}
