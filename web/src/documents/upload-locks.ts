// Reports to the other tabs of this browser which documents are being uploaded, by locks that end with their tab.

export type UploadLocks = {
  /** Holds the lock of a document until the returned function is called, or the tab is closed. */
  hold(documentId: string): () => void
  isHeld(documentId: string): Promise<boolean>
  /** Resolves when no tab holds the lock. */
  whenFree(documentId: string): Promise<void>
}

/** @param locks those of the browser, which has none on a page without TLS: then no document is known to be uploaded */
export function createUploadLocks(locks: LockManager | null = navigator.locks ?? null): UploadLocks {
  const nameOf = (documentId: string) => `document-insight/upload/${documentId}`
  return {
    hold(documentId) {
      const { promise, resolve } = Promise.withResolvers<void>()
      locks?.request(nameOf(documentId), () => promise).catch(() => {})
      return resolve
    },
    async isHeld(documentId) {
      const { held = [], pending = [] } = (await locks?.query()) ?? {}
      return [...held, ...pending].some(({ name, mode }) => name === nameOf(documentId) && mode === "exclusive")
    },
    async whenFree(documentId) {
      await locks?.request(nameOf(documentId), { mode: "shared" }, () => {})
    },
  }
}
