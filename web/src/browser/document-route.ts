// The address of the page: `/` is the list, `/d/{documentId}` is the list with this document expanded. Of the expanded
// document, `?page=3` shows a page and `?find=text` the pages that contain a text; both together mark the text on the page.
import { maxQueryCharacters } from "@document-insight/protocol"

/** What is shown of the expanded document: without anything its insights. */
export type DocumentView = { readonly page?: number | undefined; readonly find?: string | undefined }

/** A value with change notifications, in the shape that React's `useSyncExternalStore` takes. */
export type DocumentRoute = {
  subscribe(listener: () => void): () => void
  /** The id of the expanded document, or undefined. */
  getSnapshot(): string | undefined
  /** The same object until the address changes. */
  getView(): DocumentView
  /** @param replace leaves no entry in the history */
  go(documentId: string | undefined, options?: { replace?: boolean; view?: DocumentView }): void
}

export function addressOf(documentId: string | undefined, { page, find }: DocumentView = {}): string {
  if (documentId === undefined) return "/"
  const parameters = new URLSearchParams()
  if (page !== undefined) parameters.set("page", String(page))
  if (find !== undefined) parameters.set("find", find)
  return `/d/${encodeURIComponent(documentId)}${parameters.size > 0 ? `?${parameters}` : ""}`
}

export function createDocumentRoute(tab: Window = window): DocumentRoute {
  const listeners = new Set<() => void>()
  let newest = { search: "", view: viewOf("") }
  const notify = () => {
    for (const listener of listeners) listener()
  }
  tab.addEventListener("popstate", notify)
  return {
    subscribe(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    getSnapshot: () => documentIdOf(tab.location.pathname),
    getView() {
      const { search } = tab.location
      if (search !== newest.search) newest = { search, view: viewOf(search) }
      return newest.view
    },
    go(documentId, { replace = false, view } = {}) {
      const address = addressOf(documentId, view)
      if (address === tab.location.pathname + tab.location.search) return
      if (replace) tab.history.replaceState(null, "", address)
      else tab.history.pushState(null, "", address)
      notify()
    },
  }
}

export function viewOf(search: string): DocumentView {
  const parameters = new URLSearchParams(search)
  const page = parameters.get("page") ?? ""
  const find = parameters.get("find")?.trim().slice(0, maxQueryCharacters)
  return { page: /^[1-9]\d{0,6}$/.test(page) ? Number(page) : undefined, find: find || undefined }
}

export function documentIdOf(path: string): string | undefined {
  const [, encoded] = /^\/d\/([^/]+)\/?$/.exec(path) ?? []
  if (encoded === undefined) return undefined
  try {
    return decodeURIComponent(encoded)
  } catch {
    return undefined
  }
}
