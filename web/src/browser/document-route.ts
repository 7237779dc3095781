// The address of the page: `/` is the list, `/d/{documentId}` is the list with this document expanded.

/** A value with change notifications, in the shape that React's `useSyncExternalStore` takes. */
export type DocumentRoute = {
  subscribe(listener: () => void): () => void
  /** The id of the expanded document, or undefined. */
  getSnapshot(): string | undefined
  /** @param replace leaves no entry in the history */
  go(documentId: string | undefined, options?: { replace?: boolean }): void
}

export function addressOf(documentId: string | undefined): string {
  return documentId === undefined ? "/" : `/d/${encodeURIComponent(documentId)}`
}

export function createDocumentRoute(tab: Window = window): DocumentRoute {
  const listeners = new Set<() => void>()
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
    go(documentId, { replace = false } = {}) {
      const address = addressOf(documentId)
      if (address === tab.location.pathname) return
      if (replace) tab.history.replaceState(null, "", address)
      else tab.history.pushState(null, "", address)
      notify()
    },
  }
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
