// Reports documents that end while the page is hidden: counts them for the tab's title, and notifies if wanted.
import { type DocumentItem, phaseOf } from "../documents/document-item.ts"

export type AlertsState = {
  /** How many documents ended since the page was last visible. */
  unseen: number
  /** `unsupported` also where the browser allows no notifications, such as on pages without TLS. */
  notifications: "off" | "on" | "blocked" | "unsupported"
}

/** What is used of the browser. */
export type AlertsBrowser = {
  isHidden(): boolean
  onVisibilityChange(listener: () => void): void
  permission(): NotificationPermission | undefined
  requestPermission(): Promise<NotificationPermission>
  notify(title: string, options: { body: string; tag: string }): void
  storage: Pick<Storage, "getItem" | "setItem">
}

const setting = "document-insight/notifications"

export class CompletionAlerts {
  readonly #browser: AlertsBrowser
  readonly #listeners = new Set<() => void>()
  /** Documents that were active when they were last checked. */
  #active = new Set<string>()
  #state: AlertsState

  constructor(browser: AlertsBrowser) {
    this.#browser = browser
    this.#state = { unseen: 0, notifications: this.#initial() }
    browser.onVisibilityChange(() => {
      if (!browser.isHidden()) this.#set({ unseen: 0 })
    })
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  readonly getSnapshot = (): AlertsState => this.#state

  /** Asks the browser for permission when it has not been given. */
  async toggle(): Promise<void> {
    if (this.#state.notifications === "on") return this.#choose("off")
    const permission = await this.#browser.requestPermission()
    this.#choose(permission === "granted" ? "on" : permission === "denied" ? "blocked" : "off")
  }

  /** To be called with every change of the documents. */
  note(items: readonly DocumentItem[]): void {
    const ended = items.filter((item) => this.#active.has(item.key) && isEnd(item))
    this.#active = new Set(items.filter((item) => phaseOf(item) === "active").map(({ key }) => key))
    if (!this.#browser.isHidden()) return
    if (ended.length > 0) this.#set({ unseen: this.#state.unseen + ended.length })
    if (this.#state.notifications !== "on") return
    for (const item of ended) this.#notify(item)
  }

  #notify(item: DocumentItem): void {
    const title = `${item.fileName} ${phaseOf(item) === "complete" ? "is complete" : "failed"}`
    const body = phaseOf(item) === "complete" ? "Its summary is ready." : "Open the page to see why."
    // Of two tabs that show the document, the browser keeps one notification.
    this.#browser.notify(title, { body, tag: item.documentId ?? item.key })
  }

  #initial(): AlertsState["notifications"] {
    const permission = this.#browser.permission()
    if (permission === undefined) return "unsupported"
    if (permission === "denied") return "blocked"
    return permission === "granted" && this.#read() === "on" ? "on" : "off"
  }

  #read(): string | null {
    try {
      return this.#browser.storage.getItem(setting)
    } catch {
      return null
    }
  }

  #choose(notifications: "off" | "on" | "blocked"): void {
    // Storage may be full or blocked. The choice is then lost when the page is reloaded.
    try {
      this.#browser.storage.setItem(setting, notifications)
    } catch {}
    this.#set({ notifications })
  }

  #set(change: Partial<AlertsState>): void {
    this.#state = { ...this.#state, ...change }
    for (const listener of this.#listeners) listener()
  }
}

function isEnd(item: DocumentItem): boolean {
  return phaseOf(item) === "complete" || phaseOf(item) === "failed"
}

export function browserForAlerts(): AlertsBrowser {
  const isSupported = "Notification" in window && window.isSecureContext
  return {
    isHidden: () => document.visibilityState === "hidden",
    onVisibilityChange: (listener) => document.addEventListener("visibilitychange", listener),
    permission: () => (isSupported ? Notification.permission : undefined),
    requestPermission: () => Notification.requestPermission(),
    notify(title, options) {
      const notification = new Notification(title, options)
      notification.addEventListener("click", () => {
        window.focus()
        notification.close()
      })
    },
    storage: localStorage,
  }
}
