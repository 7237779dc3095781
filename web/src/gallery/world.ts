// What surrounds the page in the gallery: the real list and progress client, on a scripted server and a time that stands
// still.
import {
  DocumentError,
  type DocumentResponse,
  type DocumentsClient,
  ProgressClient,
  type ProgressClientOptions,
  type SessionState,
} from "@document-insight/client"
import { type Insights, type Progress, type SearchResponse, searchPattern } from "@document-insight/protocol"
import type { AlertsBrowser } from "../browser/completion-alerts.ts"
import type { DocumentRoute, DocumentView } from "../browser/document-route.ts"
import { DocumentList } from "../documents/document-list.ts"
import type { StoredDocument } from "../documents/stored-documents.ts"
import type { UploadLocks } from "../documents/upload-locks.ts"
import type { SignedIn } from "../sign-in/signed-in-context.tsx"

const start = Date.parse("2026-11-26T09:00:00Z")

type OpenedPage = {
  documentList: DocumentList
  textClient: DocumentsClient
  progressClient: ProgressClient
  route: DocumentRoute
  browser: AlertsBrowser
  now: () => number
}

export class GalleryWorld {
  /** How the server responds to connections. */
  connection: "open" | "never" | "refused" = "open"
  permission: NotificationPermission = "default"
  expandedId: string | undefined
  view: DocumentView = {}
  /** The texts of pages; those of other pages are gone. */
  readonly pages = new Map<number, string>()
  /** Of a page that is marked as truncated, only the start is kept. */
  truncatedPage: number | undefined
  /** With sign-in, the state of the session. */
  session: SessionState | undefined
  /** Every upload, in order. */
  readonly uploads: { onProgress: (fraction: number) => void; fail: (error: DocumentError) => void }[] = []
  readonly #documents = new Map<string, DocumentResponse>()
  readonly #stored: StoredDocument[] = []
  /** What another tab uploads. */
  readonly #held = new Set<string>()
  #time = start
  #opened: OpenedPage | undefined

  /** A document that is on the server before the page opens. */
  document(fileName: string, sizeBytes: number, progress: Partial<Progress>, insights: Insights | null = null): string {
    const documentId = `d-${this.#documents.size + 1}`
    const totalPages = insights?.pages ?? 0
    this.#documents.set(documentId, {
      documentId,
      fileName,
      progress: {
        status: "waiting",
        documentId,
        sequence: 1,
        pagesProcessed: 0,
        totalPages,
        percentComplete: 0,
        timestamp: new Date(start).toISOString(),
        ...progress,
      },
      insights,
    })
    this.#stored.push({ documentId, fileName, sizeBytes, isUploaded: true })
    return documentId
  }

  /** A document whose upload was begun before the page opens: by an earlier page, or by a tab that goes on with it. */
  begunUpload(fileName: string, sizeBytes: number, { isHeld = false } = {}): void {
    const documentId = this.document(fileName, sizeBytes, {})
    this.#stored.splice(-1, 1, { documentId, fileName, sizeBytes, isUploaded: false })
    if (isHeld) this.#held.add(documentId)
  }

  /** Like a message of the server, `seconds` later. */
  progress(documentId: string, pagesProcessed: number, seconds: number): void {
    this.pass(seconds)
    const document = this.#documents.get(documentId)
    if (!document) return
    const { progress } = document
    const percentComplete = Math.floor((100 * pagesProcessed) / progress.totalPages)
    document.progress = {
      ...progress,
      status: "progress",
      sequence: progress.sequence + 1,
      pagesProcessed,
      percentComplete,
    }
    this.opened.progressClient.note(document.progress)
  }

  /** What is known of the user; undefined without sign-in. */
  get signedIn(): SignedIn | undefined {
    const { session } = this
    if (!session) return undefined
    return {
      session: {
        state: { subscribe: () => () => {}, getSnapshot: () => session },
        signIn: async () => {},
        signOut: async () => {},
      },
      client: { share: async () => "kZ3vQ8Yb1xW5n0Lr7TfJ2g", revokeShare: async () => {} },
    }
  }

  pass(seconds: number): void {
    this.#time += seconds * 1000
  }

  get opened(): OpenedPage {
    if (!this.#opened) throw new Error("The page is not open yet.")
    return this.#opened
  }

  open(): OpenedPage {
    const now = () => this.#time
    const progressClient = new ProgressClient({
      url: "ws://gallery",
      WebSocket: scriptedSocket(() => this.connection),
      clock: {
        now,
        after(ms, run) {
          const timer = setTimeout(run, ms)
          return { cancel: () => clearTimeout(timer) }
        },
      },
      random: () => 1,
      timings: { firstWaitMs: 12_000 },
      hints: () => () => {},
    })
    const documentsClient = this.#documentsClient()
    const stored = { read: () => this.#stored, put: () => {}, remove: () => {}, onChange: () => {} }
    const schedule = () => () => {}
    const uploadLocks: UploadLocks = {
      hold: () => () => {},
      isHeld: async (documentId) => this.#held.has(documentId),
      whenFree: () => new Promise(() => {}),
    }
    const documentList = new DocumentList({ documentsClient, progressClient, stored, uploadLocks, now, schedule })
    this.#opened = {
      documentList,
      textClient: documentsClient,
      progressClient,
      route: this.#route(),
      browser: this.#browser(),
      now,
    }
    return this.#opened
  }

  /** Resolves when what was started has been rendered. */
  async settled(): Promise<void> {
    await new Promise((resolve) => setTimeout(resolve, 30))
    await new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)))
  }

  #documentsClient(): DocumentsClient {
    let created = 0
    return {
      page: async (documentId, page) => {
        const text = this.pages.get(page)
        if (text === undefined) throw new DocumentError("not-found", "The text of this document is no longer kept.")
        const pages = this.#documents.get(documentId)?.insights?.pages ?? 0
        return { documentId, page, pages, text, isTruncated: page === this.truncatedPage }
      },
      search: async (documentId, query) => ({
        documentId,
        query,
        matches: [...this.pages].flatMap(([page, text]) => matchesOf(page, text, query)),
        nextPage: null,
      }),
      thumbnail: async (_documentId, page) => new Blob([samplePicture(page)], { type: "image/svg+xml" }),
      create: async () => ({
        documentId: `new-${++created}`,
        uploadUrl: "/u",
        method: "PUT",
        headers: {},
        expiresAt: "",
      }),
      upload: (_target, _body, options) =>
        new Promise((_resolve, reject) => {
          this.uploads.push({ onProgress: (fraction) => options?.onProgress?.(fraction), fail: reject })
        }),
      get: async (documentId) => {
        const found = this.#documents.get(documentId)
        if (!found) throw new DocumentError("not-found", "This document does not exist.")
        return { ...found }
      },
      unlock: async () => {
        throw new DocumentError("unreachable", "The server could not be reached. Check the network and try again.")
      },
      remove: async () => {},
    }
  }

  #route(): DocumentRoute {
    const listeners = new Set<() => void>()
    return {
      subscribe(listener) {
        listeners.add(listener)
        return () => listeners.delete(listener)
      },
      getSnapshot: () => this.expandedId,
      getView: () => this.view,
      go: (documentId, { view = {} } = {}) => {
        this.expandedId = documentId
        this.view = view
        for (const listener of listeners) listener()
      },
    }
  }

  #browser(): AlertsBrowser {
    return {
      isHidden: () => false,
      onVisibilityChange: () => {},
      permission: () => this.permission,
      requestPermission: async () => this.permission,
      notify: () => {},
      storage: { getItem: () => "on", setItem: () => {} },
    }
  }
}

/** A page as it may look: a heading, lines of text, and on every second page a chart. */
function samplePicture(page: number): string {
  const line = (y: number, width: number) => `<rect x="40" y="${y}" width="${width}" height="7" fill="#b9bdb8"/>`
  const lines = Array.from({ length: 14 }, (_, index) => line(110 + index * 18, index % 5 === 4 ? 150 : 280))
  const chart = `<path d="M40 460v-70h50v70zm70 0v-40h50v40zm70 0v-90h50v90z" fill="#1d6b57"/>`
  const heading = `<rect x="40" y="52" width="190" height="18" fill="#333a36"/>`
  const content = heading + lines.join("") + (page % 2 === 0 ? chart : "")
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 360 509" width="360" height="509"><rect width="360" height="509" fill="#fff"/>${content}</svg>`
}

function matchesOf(page: number, text: string, query: string): SearchResponse["matches"] {
  const found = [...text.matchAll(searchPattern(query) ?? /$^/g)]
  const [first] = found
  if (!first) return []
  const end = first.index + first[0].length
  const before = text.slice(Math.max(0, first.index - 60), first.index)
  return [{ page, count: found.length, before, match: first[0], after: text.slice(end, end + 60) }]
}

type Socket = InstanceType<NonNullable<ProgressClientOptions["WebSocket"]>>

function scriptedSocket(behaviour: () => GalleryWorld["connection"]): new () => Socket {
  return class implements Socket {
    addEventListener(name: "open" | "close" | "message", listener: (event: { data: unknown }) => void): void {
      const happens = { open: "open", refused: "close", never: undefined }[behaviour()]
      if (name === happens) setTimeout(() => listener({ data: undefined }))
    }
    send(): void {}
    close(): void {}
  }
}
