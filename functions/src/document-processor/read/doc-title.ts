// Reads the title in the properties of a compound file ([MS-OLEPS]).
import { encodingOfCodePage } from "./code-pages.ts"
import { decodeAs } from "./decode-as.ts"

const codePageId = 1
const titleId = 2
const sectionOffset = 44
const typeOfBytes = 0x1e
const typeOfUtf16 = 0x1f

/** Null without one. A damaged set of properties has none. */
export function documentTitle(properties: Buffer | undefined): string | null {
  if (!properties) return null
  try {
    const section = properties.subarray(properties.readUInt32LE(sectionOffset))
    const position = positionOf(section, titleId)
    if (position === undefined) return null
    const length = section.readUInt32LE(position + 4)
    const start = position + 8
    switch (section.readUInt32LE(position)) {
      case typeOfBytes:
        return cleaned(decodeAs(encodingOf(section), section.subarray(start, start + length)))
      case typeOfUtf16:
        return cleaned(section.toString("utf16le", start, start + 2 * length))
      default:
        return null
    }
  } catch (error) {
    if (error instanceof RangeError) return null
    throw error
  }
}

function positionOf(section: Buffer, id: number): number | undefined {
  const count = section.readUInt32LE(4)
  for (let index = 0; index < count; index++) {
    if (section.readUInt32LE(8 + 8 * index) === id) return section.readUInt32LE(12 + 8 * index)
  }
  return undefined
}

function encodingOf(section: Buffer): string {
  const position = positionOf(section, codePageId)
  const codePage = position === undefined ? 1252 : section.readUInt16LE(position + 4)
  return encodingOfCodePage(codePage)
}

function cleaned(title: string | undefined): string | null {
  const text = title?.replace(/\0.*$/s, "").trim() ?? ""
  return text === "" ? null : text
}
