// Reads the structure of Office documents (Open Packaging Conventions): relationships between parts, and properties.
import { posix } from "node:path"
import type { ParseXml } from "./parse-xml.ts"
import { maxXmlBytes } from "./reading-limits.ts"
import { textOfElement } from "./text-of-element.ts"
import type { ZipArchive } from "./zip-archive.ts"

const maxRelationshipsBytes = 5_000_000

export type Relationship = { id: string /** The last segment of the type's URI. */; type: string; target: string }

export class OfficePackage {
  readonly #archive: ZipArchive
  readonly #parse: ParseXml

  constructor(archive: ZipArchive, parse: ParseXml) {
    this.#archive = archive
    this.#parse = parse
  }

  /**
   * @param part the empty string for the relationships of the package
   * @returns with targets as names of the archive (ECMA-376 part 2, section 6.5)
   */
  relationships(part: string): Relationship[] {
    const folder = posix.dirname(part)
    return this.#relationships(part).flatMap(({ isExternal, target, ...relationship }) => {
      if (isExternal) return []
      return [{ ...relationship, target: target.startsWith("/") ? target.slice(1) : posix.join(folder, target) }]
    })
  }

  /** What the links of a part lead to, by the id of their relationship. */
  linkTargets(part: string): Map<string, string> {
    const links = this.#relationships(part).filter(({ type, isExternal }) => isExternal && type === "hyperlink")
    return new Map(links.map(({ id, target }) => [id, target]))
  }

  #relationships(part: string): (Relationship & { isExternal: boolean })[] {
    const folder = posix.dirname(part)
    const file = part === "" ? "_rels/.rels" : posix.join(folder, "_rels", `${posix.basename(part)}.rels`)
    const bytes = this.#archive.read(file, maxRelationshipsBytes)
    const found: (Relationship & { isExternal: boolean })[] = []
    if (!bytes) return found
    let now = { id: "", type: "", target: "", isExternal: false }
    this.#parse(bytes, {
      onOpen() {
        now = { id: "", type: "", target: "", isExternal: false }
      },
      onAttribute(name, value) {
        if (name === "Id") now.id = value
        if (name === "Type") now.type = value.slice(value.lastIndexOf("/") + 1)
        if (name === "Target") now.target = value
        if (name === "TargetMode") now.isExternal = value === "External"
      },
      onClose(name) {
        if (name === "Relationship") found.push(now)
      },
    })
    return found
  }

  /** The main document of the package, if it has one. */
  get mainPart(): string | undefined {
    const main = this.relationships("").find(({ type }) => type === "officeDocument")
    return main && this.#archive.has(main.target) ? main.target : undefined
  }

  /** The title in the core properties; null without one. */
  get title(): string | null {
    return this.#coreProperty("title")
  }

  /** Who created the document, by the core properties; null when they have no creator. */
  get author(): string | null {
    return this.#coreProperty("creator")
  }

  #coreProperty(element: string): string | null {
    const part = this.#propertiesPart("core-properties") ?? "docProps/core.xml"
    return textOfElement({ archive: this.#archive, parse: this.#parse }, part, element)
  }

  /** A number that the program counted when it saved the document, in the extended properties: "Pages", "Characters". */
  countOf(element: string): number | undefined {
    const part = this.#propertiesPart("extended-properties") ?? "docProps/app.xml"
    const text = textOfElement({ archive: this.#archive, parse: this.#parse }, part, element) ?? ""
    return /^\d{1,9}$/.test(text) ? Number(text) : undefined
  }

  #propertiesPart(name: string): string | undefined {
    return this.relationships("").find(({ type }) => type === name)?.target
  }

  /** @returns false when the archive has no such part */
  parsePart(part: string, handler: Parameters<ParseXml>[1]): boolean {
    const bytes = this.#archive.read(part, maxXmlBytes)
    if (bytes) this.#parse(bytes, handler)
    return bytes !== undefined
  }
}
