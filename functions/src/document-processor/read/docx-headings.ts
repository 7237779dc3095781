// Finds which paragraph styles of a Word document are headings (WordprocessingML, ECMA-376 part 1, section 17.7).
import type { OfficePackage } from "./office-package.ts"

/** From 1; undefined for body text, which has level 9. The attribute counts from 0 (17.3.1.20). */
export function outlineLevel(value: string): number | undefined {
  return /^[0-8]$/.test(value) ? Number(value) + 1 : undefined
}

/** @returns the level by the id of the style, which is translated; its name is English in every language */
export function headingStyles(office: OfficePackage, part: string): Map<string, number> {
  const levels = new Map<string, number>()
  const bases = new Map<string, string>()
  let element = ""
  let style = ""
  office.parsePart(part, {
    onOpen(name) {
      element = name
      if (name === "style") style = ""
    },
    onClose() {},
    onAttribute(name, value) {
      if (element === "style" && name === "styleId") style = value
      if (name !== "val" || style === "") return
      if (element === "basedOn") bases.set(style, value)
      const level = element === "name" ? levelOfName(value) : element === "outlineLvl" ? outlineLevel(value) : undefined
      if (level !== undefined) levels.set(style, level)
    },
  })
  for (const [derived, base] of bases) {
    const level = levels.get(base)
    if (level !== undefined && !levels.has(derived)) levels.set(derived, level)
  }
  return levels
}

function levelOfName(name: string): number | undefined {
  const [, level] = /^heading ([1-9])$/i.exec(name) ?? []
  return level === undefined ? undefined : Number(level)
}
