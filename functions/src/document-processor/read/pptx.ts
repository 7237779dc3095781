// Reads PowerPoint presentations (.pptx, PresentationML): each slide is a page, with its speaker's notes at its end.
import { DocumentError } from "../document-error.ts"
import { FirstPlaces, headingText, maxHeadingCharacters, maxHeadings, shortenOutline } from "./document-structure.ts"
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
  const titles = new Map<number, string | undefined>()
  const links = new FirstPlaces()
  const readSlide = (slide: string, page: number) => {
    const { text, title, targets } = readParts(office, slide)
    for (const target of targets) links.add(target, page)
    if (page <= maxHeadings) titles.set(page, headingText(title))
    return text
  }
  return {
    title: office.title,
    author: office.author,
    totalPages: slides.length,
    *pages(skipped = 0) {
      for (const [index, slide] of slides.entries()) if (index >= skipped) yield readSlide(slide, index + 1)
    },
    structure() {
      const outline = slides.slice(0, maxHeadings).flatMap((slide, index) => {
        const page = index + 1
        // Skipped slides were read by an earlier invocation.
        if (!titles.has(page)) readSlide(slide, page)
        const text = titles.get(page)
        return text === undefined ? [] : [{ text, level: 1, page }]
      })
      return { outline: shortenOutline(outline), links: links.entries.map(([target, page]) => ({ target, page })) }
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

/** Reads a slide and its notes. */
function readParts(office: OfficePackage, slide: string): { text: string; title: string; targets: string[] } {
  const text = new TextBuilder()
  const title = new SlideTitle()
  const targets: string[] = []
  const read = (part: string, title?: SlideTitle) => {
    const linkIds = new Set<string>()
    const isRead = office.parsePart(part, paragraphs({ text, linkIds, title }))
    if (linkIds.size > 0) for (const [id, target] of office.linkTargets(part)) if (linkIds.has(id)) targets.push(target)
    return isRead
  }
  if (!read(slide, title)) throw new DocumentError("CORRUPT")
  for (const { type, target } of office.relationships(slide)) if (type === "notesSlide") read(target)
  return { text: text.toString().trim(), title: title.text, targets }
}

/** The text of the shape that is the title of a slide. */
class SlideTitle {
  text = ""
  #element = ""
  #isTitle = false

  onOpen(name: string): void {
    this.#element = name
    if (name === "sp") this.#isTitle = false
  }

  onAttribute(name: string, value: string): void {
    const isTitle = this.#element === "ph" && name === "type" && (value === "title" || value === "ctrTitle")
    if (isTitle && this.text === "") this.#isTitle = true
  }

  onClose(name: string): void {
    if (name === "sp") this.#isTitle = false
    if (name === "p" && this.#isTitle) this.onText(" ")
  }

  onText(characters: string): void {
    if (this.#isTitle && this.text.length < maxHeadingCharacters) this.text += characters
  }
}

type SlideContent = {
  text: TextBuilder
  /** The relationships of what can be clicked: text, or a shape. */
  linkIds: Set<string>
  title: SlideTitle | undefined
}

/** Paragraphs of DrawingML end with an empty line. Fields hold slide numbers and dates. */
function paragraphs({ text, linkIds, title }: SlideContent): XmlHandler {
  let element = ""
  let isText = false
  let fields = 0
  const addText = (characters: string) => {
    text.add(characters)
    title?.onText(characters)
  }
  return {
    onOpen(name) {
      element = name
      title?.onOpen(name)
      if (name === "fld") fields += 1
      if (name === "t") isText = fields === 0
      if (name === "br") addText("\n")
    },
    onAttribute(name, value) {
      if (element === "hlinkClick" && name === "id") linkIds.add(value)
      title?.onAttribute(name, value)
    },
    onClose(name) {
      title?.onClose(name)
      if (name === "fld" && fields > 0) fields -= 1
      if (name === "t") isText = false
      if (name === "p") text.add("\n\n")
    },
    onText(characters) {
      if (isText) addText(characters)
    },
  }
}
