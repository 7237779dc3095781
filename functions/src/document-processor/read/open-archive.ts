// Opens documents that are zip archives, by what the archive contains.
import { DocumentError } from "../document-error.ts"
import { openDocx } from "./docx.ts"
import { openEpub } from "./epub.ts"
import { openOpenDocument } from "./odf.ts"
import { OfficePackage } from "./office-package.ts"
import type { OpenedDocument } from "./opened-document.ts"
import { loadXmlParser } from "./parse-xml.ts"
import { openPptx } from "./pptx.ts"
import { openXlsx } from "./xlsx.ts"
import { ZipArchive } from "./zip-archive.ts"

const maxTypeBytes = 1000

/** @throws DocumentError UNSUPPORTED_TYPE, TOO_LARGE, ENCRYPTED, CORRUPT, EMPTY */
export async function openArchive(bytes: Uint8Array): Promise<OpenedDocument> {
  const archive = new ZipArchive(bytes)
  const parse = await loadXmlParser()
  const type = archive.has("mimetype") ? declaredType(archive) : ""
  if (type.startsWith("application/epub+zip")) return openEpub(archive, parse)
  if (type.startsWith("application/vnd.oasis.opendocument.")) return openOpenDocument(archive, parse)
  const office = new OfficePackage(archive, parse)
  const mainPart = office.mainPart ?? "word/document.xml"
  // The names of the folders are not prescribed, but every program uses them.
  if (mainPart.startsWith("ppt/")) return openPptx(office, mainPart)
  if (mainPart.startsWith("xl/")) return openXlsx(office, mainPart)
  if (archive.has(mainPart)) return openDocx(office, mainPart)
  if (archive.has("META-INF/container.xml")) return openEpub(archive, parse)
  throw new DocumentError("UNSUPPORTED_TYPE")
}

function declaredType(archive: ZipArchive): string {
  return new TextDecoder().decode(archive.read("mimetype", maxTypeBytes))
}
