// The secrets of the shared links that this tab was opened with. They are kept beside the session, so that a link works
// when its bearer has to sign in first, and after a reload.

export type ShareTokens = {
  tokenOf(documentId: string): string | undefined
  /** Takes the secret out of the address, which would otherwise be in the history of the browser. */
  takeFromAddress(): void
}

/** The address of a shared link. The secret is in the fragment, which browsers send to no server. */
export function sharedAddress(documentId: string, shareToken: string, origin: string): string {
  return `${origin}/d/${encodeURIComponent(documentId)}#share=${encodeURIComponent(shareToken)}`
}

export function createShareTokens(storage: Storage, documentIdOf: (path: string) => string | undefined): ShareTokens {
  const name = (documentId: string) => `document-insight/share/${documentId}`
  return {
    tokenOf: (documentId) => storage.getItem(name(documentId)) ?? undefined,
    takeFromAddress() {
      const { pathname, search, hash } = window.location
      const documentId = documentIdOf(pathname)
      const shareToken = new URLSearchParams(hash.slice(1)).get("share")
      if (documentId === undefined || shareToken === null) return
      storage.setItem(name(documentId), shareToken)
      window.history.replaceState(null, "", pathname + search)
    },
  }
}
