// Reads PowerPoint presentations (.pptx, PresentationML): each slide is a page, with its speaker's notes at its end.
import { DocumentError } from "../document-error.ts"
import type { OfficePackage } from "./office-package.ts"
import type { OpenedDocument } from "./opened-document.ts"
import type { XmlHandler } from "./parse-xml.ts"
import { checkPageCount } from "./reading-limits.ts"
import { TextBuilder } from "./text-builder.ts"

/** @throws DocumentError TOO_LARGE, CORRUPT, EMPTY; the pages throw them too */
export function openPptx(office: OfficePackage, mainPart: string): OpenedDocument {
  const slides = slideParts(office, mainPart)
  if (slides.length === 0) throw new DocumentError("EMPTY")
  checkPageCount(slides.length)
  return {
    title: office.title,
    totalPages: slides.length,
    *pages(skipped) {
      for (const slide of slides.slice(skipped)) yield textOfSlide(office, slide)
    },
    close() {},
  }
}

/** In the order of the presentation, which is not that of the files' names. */
function slideParts(office: OfficePackage, mainPart: string): string[] {
  const targets = new Map(office.relationships(mainPart).map(({ id, target }) => [id, target]))
  const slides: string[] = []
  let isSlide = false
  office.parsePart(mainPart, {
    onOpen(name) {
      isSlide = name === "sldId"
    },
    onClose() {},
    onAttribute(name, value) {
      // Both `id` and `r:id` arrive as "id"; only the second one names a relationship.
      const target = isSlide && name === "id" ? targets.get(value) : undefined
      if (target !== undefined) slides.push(target)
    },
  })
  return slides
}

function textOfSlide(office: OfficePackage, slide: string): string {
  const text = new TextBuilder()
  if (!office.parsePart(slide, paragraphs(text))) throw new DocumentError("CORRUPT")
  for (const { type, target } of office.relationships(slide)) {
    if (type === "notesSlide") office.parsePart(target, paragraphs(text))
  }
  return text.toString().trim()
}

/** Paragraphs of DrawingML end with an empty line. Fields hold slide numbers and dates. */
function paragraphs(text: TextBuilder): XmlHandler {
  let isText = false
  let fields = 0
  return {
    onOpen(name) {
      if (name === "fld") fields += 1
      if (name === "t") isText = fields === 0
      if (name === "br") text.add("\n")
    },
    onClose(name) {
      if (name === "fld" && fields > 0) fields -= 1
      if (name === "t") isText = false
      if (name === "p") text.add("\n\n")
    },
    onText(characters) {
      if (isText) text.add(characters)
    },
  }
}
