// Recognizes the text of an image that may lie on its side or be upside down, and tells text from noise.
import type { ImageToRecognize, Recognition, Tesseract } from "./tesseract.ts"

// Measured: a printed page has a confidence of 80 to 97 upright and of about 40 otherwise; noise has about 10.
const isUpright = 65
const mayBeTurned = 20
const isText = 45

const quarterTurns = [1, 3, 2]

/** `turned`: by how many degrees the image was turned, clockwise. Text of a low confidence is dropped: it is noise. */
export function recognizeUpright(recognize: Tesseract, image: ImageToRecognize): Recognition & { turned: number } {
  let best = { ...recognize(image), turned: 0 }
  if (best.confidence >= mayBeTurned) {
    for (const quarters of quarterTurns) {
      if (best.confidence >= isUpright) break
      const recognition = recognize(image, (quarters * Math.PI) / 2)
      if (recognition.confidence > best.confidence) best = { ...recognition, turned: quarters * 90 }
    }
  }
  return { ...best, text: best.confidence >= isText ? textOf(best) : "" }
}

/** Without the spaces at the ends of lines, and with one empty line between paragraphs. */
function textOf({ text }: Recognition): string {
  return text
    .replace(/[^\S\n]+$/gmu, "")
    .replace(/\n{3,}/g, "\n\n")
    .trim()
}
