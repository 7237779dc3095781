// Reads e-books (.epub): the chapters in the order of the book's spine, each as a page or more.
import { posix } from "node:path"
import { DocumentError } from "../document-error.ts"
import { declaredEncoding, decodeText } from "./decode-text.ts"
import { TextStructure } from "./document-structure.ts"
import { loadHtmlReader } from "./html.ts"
import type { OpenedDocument } from "./opened-document.ts"
import type { ParseXml } from "./parse-xml.ts"
import { openText } from "./plain-text.ts"
import { maxXmlBytes } from "./reading-limits.ts"
import { textOfElement } from "./text-of-element.ts"
import type { ZipArchive } from "./zip-archive.ts"

const maxStructureBytes = 5_000_000

/** @throws DocumentError TOO_LARGE, ENCRYPTED, CORRUPT, EMPTY */
export async function openEpub(archive: ZipArchive, parse: ParseXml): Promise<OpenedDocument> {
  const packageFile = findPackageFile(archive, parse)
  const chapters = chaptersOf(archive, parse, packageFile)
  const encrypted = encryptedFiles(archive, parse)
  if (chapters.some((chapter) => encrypted.has(chapter))) throw new DocumentError("ENCRYPTED")
  const readHtml = await loadHtmlReader()
  const texts: string[] = []
  const structure = new TextStructure()
  let characters = 0
  for (const chapter of chapters) {
    const bytes = archive.read(chapter, maxXmlBytes)
    const html = bytes && decodeText(bytes, declaredEncoding)
    const chapterRead = html === undefined ? undefined : readHtml(html)
    const text = chapterRead?.text.trim() ?? ""
    if (!chapterRead || text === "") continue
    structure.addAll(chapterRead.structure, characters)
    texts.push(text)
    // Joined with form feeds.
    characters += text.length + 1
  }
  if (texts.length === 0) throw new DocumentError("EMPTY")
  const property = (element: string) => textOfElement({ archive, parse }, packageFile, element)
  return { ...openText(texts.join("\f"), property("title"), structure), author: property("creator") }
}

/** EPUB Open Container Format 3.3, section 4.2.6.3.1. */
function findPackageFile(archive: ZipArchive, parse: ParseXml): string {
  const container = archive.read("META-INF/container.xml", maxStructureBytes)
  if (!container) throw new DocumentError("CORRUPT")
  let found: string | undefined
  parse(container, {
    onOpen() {},
    onClose() {},
    onAttribute(name, value) {
      if (name === "full-path") found ??= value
    },
  })
  if (found === undefined || !archive.has(found)) throw new DocumentError("CORRUPT")
  return found
}

/** A file that the spine names twice is read once. */
function chaptersOf(archive: ZipArchive, parse: ParseXml, packageFile: string): string[] {
  const bytes = archive.read(packageFile, maxStructureBytes)
  if (!bytes) throw new DocumentError("CORRUPT")
  const files = new Map<string, string>()
  const spine: string[] = []
  let attributes = new Map<string, string>()
  parse(bytes, {
    onOpen() {
      attributes = new Map()
    },
    onAttribute: (name, value) => void attributes.set(name, value),
    onClose(name) {
      if (name === "item") files.set(attributes.get("id") ?? "", attributes.get("href") ?? "")
      const idref = name === "itemref" ? attributes.get("idref") : undefined
      if (idref !== undefined) spine.push(idref)
    },
  })
  const names = spine.flatMap((id) => {
    const href = files.get(id)
    return href === undefined ? [] : [posix.join(posix.dirname(packageFile), decodeHref(href))]
  })
  return [...new Set(names)].filter((name) => archive.has(name))
}

/** Files that a shop has encrypted. Fonts may be too, and are not read. */
function encryptedFiles(archive: ZipArchive, parse: ParseXml): Set<string> {
  const files = new Set<string>()
  const bytes = archive.read("META-INF/encryption.xml", maxStructureBytes)
  if (!bytes) return files
  parse(bytes, {
    onOpen() {},
    onClose() {},
    onAttribute(name, value) {
      if (name === "URI") files.add(decodeHref(value))
    },
  })
  return files
}

function decodeHref(href: string): string {
  const [path = ""] = href.split("#", 1)
  try {
    return decodeURIComponent(path)
  } catch {
    return path
  }
}
