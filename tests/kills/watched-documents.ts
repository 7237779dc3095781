// Documents that are uploaded and watched with the client library, and what their watchers have seen.
import { setTimeout } from "node:timers/promises"
import { createDocumentsClient, type Progress, ProgressClient } from "@document-insight/client"
import { isFinal } from "@document-insight/protocol"

const watchersPerDocument = 2
const text = new TextEncoder().encode("A page of a letter about the sea.\f".repeat(30))

type Watched = { documentId: string; seen: Progress[][]; stop(): void }

export class WatchedDocuments {
  readonly #documents: ReturnType<typeof createDocumentsClient>
  readonly #clients: ProgressClient[]
  readonly #watched: Watched[] = []

  constructor({ ApiEndpoint = "", WebSocketApiUrl = "" }: Readonly<Record<string, string>>) {
    this.#documents = createDocumentsClient({ apiEndpoint: ApiEndpoint })
    const timings = {
      checkAfterMs: 3_000,
      pongWithinMs: 3_000,
      firstWaitMs: 200,
      longestWaitMs: 1_000,
      connectWithinMs: 5_000,
    }
    this.#clients = Array.from(
      { length: watchersPerDocument },
      () => new ProgressClient({ url: WebSocketApiUrl, timings }),
    )
    for (const client of this.#clients) client.open()
  }

  get count(): number {
    return this.#watched.length
  }

  /** Documents whose end not every watcher has seen. */
  get open(): number {
    return this.#watched.filter(isOpen).length
  }

  get watchers(): number {
    return this.#watched.length * watchersPerDocument
  }

  /** As a person does: tries again until the document is uploaded. */
  async uploadOne(): Promise<void> {
    const request = { fileName: "letter.txt", contentType: "text/plain", sizeBytes: text.length }
    const target = await untilItSucceeds(() => this.#documents.create(request))
    const { documentId } = target
    const seen = this.#clients.map((): Progress[] => [])
    const stops = this.#clients.map((client, index) => {
      return client.watch(documentId, (progress) => seen[index]?.push(progress))
    })
    this.#watched.push({
      documentId,
      seen,
      stop: () => {
        for (const stop of stops) stop()
      },
    })
    await untilItSucceeds(() => this.#documents.upload(target, text))
  }

  /** @returns how often documents ended in which way. @throws with what is lost or wrong */
  async untilAllEnded(withinMs: number): Promise<Record<string, number>> {
    const endsAt = Date.now() + withinMs
    while (Date.now() < endsAt && this.open > 0) await setTimeout(200)
    const ends = new Map<string, number>()
    const problems: string[] = []
    for (const { documentId, seen } of this.#watched) {
      const { progress } = await untilItSucceeds(() => this.#documents.get(documentId))
      const end = `${progress.status} ${progress.errorCode ?? ""}`.trim()
      ends.set(end, (ends.get(end) ?? 0) + 1)
      if (!isFinal(progress)) problems.push(`${documentId} is open: ${progress.status} ${progress.sequence}`)
      for (const [watcher, each] of seen.entries())
        problems.push(...problemsOf(each, progress).map((what) => `${documentId}, watcher ${watcher}: ${what}`))
    }
    if (problems.length > 0) throw new Error(problems.join("\n"))
    return Object.fromEntries(ends)
  }

  close(): void {
    for (const { stop } of this.#watched) stop()
    for (const client of this.#clients) client.close()
  }
}

function problemsOf(seen: Progress[], end: Progress): string[] {
  const problems: string[] = []
  for (const [index, { sequence }] of seen.entries()) {
    const before = seen[index - 1]
    if (before && sequence <= before.sequence) problems.push(`${sequence} came after ${before.sequence}`)
  }
  const last = seen.at(-1)
  if (last?.sequence !== end.sequence) problems.push(`ends with ${last?.status} ${last?.sequence}, not ${end.sequence}`)
  return problems
}

function isOpen({ seen }: Watched): boolean {
  return seen.some((progress) => !isEnded(progress))
}

function isEnded(seen: Progress[]): boolean {
  const last = seen.at(-1)
  return last !== undefined && isFinal(last)
}

async function untilItSucceeds<Result>(run: () => Promise<Result>): Promise<Result> {
  for (;;) {
    try {
      return await run()
    } catch {
      await setTimeout(200)
    }
  }
}
