// Requests the text of pages, keeps the last ones, and requests the next page before it is turned to.
import type { DocumentsClient } from "@document-insight/client"
import type { PageResponse } from "@document-insight/protocol"

export type TextClient = Pick<DocumentsClient, "page" | "search" | "thumbnail">

const keptPages = 20

export class PageTexts {
  readonly #client: Pick<TextClient, "page">
  readonly #documentId: string
  readonly #requests = new Map<number, Promise<PageResponse>>()

  constructor(client: Pick<TextClient, "page">, documentId: string) {
    this.#client = client
    this.#documentId = documentId
  }

  /** A request that failed is made again. */
  get(page: number): Promise<PageResponse> {
    const request = this.#requests.get(page) ?? this.#client.page(this.#documentId, page)
    // Inserted anew, so that the first entry is the one that was used least recently.
    this.#requests.delete(page)
    this.#requests.set(page, request)
    request.catch(() => this.#requests.delete(page))
    for (const oldest of this.#requests.keys()) {
      if (this.#requests.size <= keptPages) break
      this.#requests.delete(oldest)
    }
    return request
  }
}
