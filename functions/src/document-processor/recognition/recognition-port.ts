// Connects a reading thread, which has no network, to the recognition of text: the thread asks for pages by a message port.
import { MessageChannel, type MessagePort } from "node:worker_threads"
import type { Recognition } from "./recognition-client.ts"

type Question = { page: number }
/** `text` is undefined when the page could not be recognized. */
type Answer = { page: number; text: string | undefined }

/** Given to the thread with a document. */
export type ThreadRecognition = { port: MessagePort; pagesAtATime: number }

/** The end of the function. */
export class RecognitionPort {
  readonly #stop = new AbortController()
  readonly #port: MessagePort
  /** The other end, to transfer to the thread. */
  readonly forThread: ThreadRecognition

  constructor({ pagesAtATime, recognize }: Recognition) {
    const { port1, port2 } = new MessageChannel()
    this.#port = port1
    this.forThread = { port: port2, pagesAtATime }
    port1.on("message", async ({ page }: Question) => {
      const text = await recognize(page, this.#stop.signal)
      if (!this.#stop.signal.aborted) port1.postMessage({ page, text } satisfies Answer)
    })
  }

  /** Also gives up the pages that are being recognized. */
  [Symbol.dispose](): void {
    this.#stop.abort()
    this.#port.close()
  }
}

/** The end of the thread. */
export class RecognitionQuestions {
  readonly #port: MessagePort
  readonly #answered = new Map<number, (text: string | undefined) => void>()

  constructor(port: MessagePort) {
    this.#port = port
    port.on("message", ({ page, text }: Answer) => {
      this.#answered.get(page)?.(text)
      this.#answered.delete(page)
    })
  }

  /** The number of pages that are being recognized. */
  get open(): number {
    return this.#answered.size
  }

  /** @returns the text; "" for a page without any, undefined when the page could not be recognized */
  ask(page: number): Promise<string | undefined> {
    const answer = new Promise<string | undefined>((resolve) => this.#answered.set(page, resolve))
    this.#port.postMessage({ page } satisfies Question)
    return answer
  }

  close(): void {
    this.#port.close()
  }
}
