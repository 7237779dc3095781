// Completes the pages of a document with recognized text: in the reading thread, a few pages at a time, in order.
import { DocumentError } from "../document-error.ts"
import { isReadable } from "../insights/readable-text.ts"
import type { OpenedDocument } from "../read/opened-document.ts"
import type { RecognizedPages } from "../reading/thread-messages.ts"
import { RecognitionQuestions, type ThreadRecognition } from "./recognition-port.ts"

const recognitionIsOff =
  "This file contains only an image, and text recognition is off on this system. Upload a document with text."

/** Pages that are read ahead of one that is being recognized. */
const maxAhead = 200
// The item that holds the insights has room for this many page numbers.
// AWS: an item has at most 400 KB (dynamodb-item-size)
const maxListedPages = 10_000

export class PageRecognition {
  readonly #document: Pick<OpenedDocument, "pages" | "pageImages">
  readonly #questions: RecognitionQuestions | undefined
  readonly #pagesAtATime: number
  readonly #recognized: number[] = []
  readonly #notRecognized: number[] = []

  /**
   * @param recognition undefined when text recognition is off
   * @param before of the pages that earlier invocations read
   * @throws DocumentError UNSUPPORTED_TYPE for an image when text recognition is off
   */
  constructor(
    document: Pick<OpenedDocument, "pages" | "pageImages">,
    recognition: ThreadRecognition | undefined,
    before: RecognizedPages = {},
  ) {
    if (document.pageImages === "without-text" && !recognition) {
      throw new DocumentError("UNSUPPORTED_TYPE", { message: recognitionIsOff })
    }
    this.#document = document
    this.#questions = document.pageImages && recognition && new RecognitionQuestions(recognition.port)
    this.#pagesAtATime = recognition?.pagesAtATime ?? 0
    this.#recognized.push(...(before.recognizedPages ?? []))
    this.#notRecognized.push(...(before.pagesNotRecognized ?? []))
  }

  /** The pages' texts in order, without those of the first pages. */
  pages(skipped: number): Iterable<string> | AsyncIterable<string> {
    return this.#questions ? this.#recognize(skipped, this.#questions) : this.#document.pages(skipped)
  }

  async *#recognize(skipped: number, questions: RecognitionQuestions): AsyncGenerator<string> {
    const ahead: (string | Promise<string>)[] = []
    let page = skipped
    for (const text of this.#document.pages(skipped)) {
      page += 1
      ahead.push(needsRecognition(text) ? this.#textOf(page, text, questions) : text)
      const mustWait = () => questions.open >= this.#pagesAtATime || ahead.length > maxAhead
      while (ahead.length > 0 && (typeof ahead[0] === "string" || mustWait())) yield (await ahead.shift()) ?? ""
    }
    yield* ahead
  }

  /** A page that could not be recognized keeps the text that it has. */
  async #textOf(page: number, text: string, questions: RecognitionQuestions): Promise<string> {
    const recognized = await questions.ask(page)
    if (recognized === undefined) this.#notRecognized.push(page)
    else if (recognized !== "") this.#recognized.push(page)
    return recognized || text
  }

  /** Without the pages that were recognized ahead of this one. A page without anything on it is in neither list. */
  numbersUpTo(page: number): RecognizedPages {
    if (!this.#questions) return {}
    return { recognizedPages: listed(this.#recognized, page), pagesNotRecognized: listed(this.#notRecognized, page) }
  }

  close(): void {
    this.#questions?.close()
  }
}

function needsRecognition(text: string): boolean {
  return text.trim() === "" || !isReadable(text)
}

function listed(pages: readonly number[], last: number): number[] {
  return pages
    .filter((page) => page <= last)
    .sort((a, b) => a - b)
    .slice(0, maxListedPages)
}
