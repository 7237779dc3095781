// The address of a document, the alerts about documents that end while the page is hidden, and the warning before leaving.
import { maxQueryCharacters } from "@document-insight/protocol"
import { expect, test } from "vitest"
import type { DocumentItem } from "../documents/document-item.ts"
import { CompletionAlerts } from "./completion-alerts.ts"
import { addressOf, createDocumentRoute, documentIdOf, viewOf } from "./document-route.ts"
import { warnBeforeLeaving } from "./warn-before-leaving.ts"

test.each(["d-1", "a/b", "50%", "日本"])("the address of document %s leads to it", (documentId) => {
  expect(documentIdOf(addressOf(documentId))).toBe(documentId)
})

test.each([{}, { page: 3 }, { find: "flood & gauge = 100%?" }, { page: 12, find: "日本" }])(
  "the address of the view %j leads to it",
  (view) => {
    const { pathname, search } = new URL(addressOf("d-1", view), "http://page")
    expect(documentIdOf(pathname)).toBe("d-1")
    expect(viewOf(search)).toEqual(view)
  },
)

test.each(["", "?page=0", "?page=-1", "?page=1.5", "?page=x", "?find=", "?find=%20"])(
  "%j is the view of the insights",
  (search) => {
    expect(viewOf(search)).toEqual({})
  },
)

test.each(["/", "/d/", "/d/a/b", "/x/a", "/d/%"])("%s is not the address of a document", (path) => {
  expect(documentIdOf(path)).toBeUndefined()
})

function openTab() {
  const tab = new EventTarget()
  const entries = ["/"]
  const location = () => new URL(entries.at(-1) ?? "/", "http://page")
  const history = {
    pushState: (_state: unknown, _title: string, address: string) => void entries.push(address),
    replaceState: (_state: unknown, _title: string, address: string) => void entries.splice(-1, 1, address),
  }
  Object.defineProperties(tab, { location: { get: location }, history: { value: history } })
  const route = createDocumentRoute(tab as Window)
  const goBack = () => {
    entries.pop()
    tab.dispatchEvent(new Event("popstate"))
  }
  return { route, entries, goBack }
}

test("the route follows the address: new entries, replaced ones, and the way back", () => {
  const { route, entries, goBack } = openTab()
  const shown: unknown[] = []
  const unsubscribe = route.subscribe(() => shown.push([route.getSnapshot(), route.getView()]))
  route.go("a")
  route.go("a", { view: { page: 2 } })
  route.go("a", { view: { page: 3 }, replace: true })
  // The same address leaves no entry.
  route.go("a", { view: { page: 3 } })
  expect(entries).toEqual(["/", "/d/a", "/d/a?page=3"])
  goBack()
  goBack()
  const view = (page?: number) => ({ page, find: undefined })
  expect(shown).toEqual([
    ["a", view()],
    ["a", view(2)],
    ["a", view(3)],
    ["a", view()],
    [undefined, view()],
  ])
  unsubscribe()
  route.go("b")
  expect(shown).toHaveLength(5)
})

test("the view is the same object until the address changes, as React requires", () => {
  const { route } = openTab()
  const insights = route.getView()
  expect(route.getView()).toBe(insights)
  route.go("a", { view: { page: 2 } })
  const page = route.getView()
  expect(page).not.toBe(insights)
  expect(route.getView()).toBe(page)
})

test("a search of an address is cut to the length that the API takes, and a page has at most seven digits", () => {
  expect(viewOf(`?find=${"x".repeat(10_000)}`).find).toHaveLength(maxQueryCharacters)
  expect(viewOf("?page=9999999").page).toBe(9_999_999)
  expect(viewOf("?page=10000000").page).toBeUndefined()
  expect(viewOf("?find=%20a%20").find).toBe("a")
})

const active: DocumentItem = {
  key: "k",
  fileName: "a.pdf",
  sizeBytes: 1,
  isOwn: true,
  hasFile: false,
  queuedAt: 0,
  upload: { step: "queued" },
  insights: { step: "none" },
  samples: [],
  newsAt: 0,
}
const failed: DocumentItem = { ...active, upload: { step: "failed", message: "", isRetryable: false } }

function setUp(permission: NotificationPermission | undefined, response: NotificationPermission = "granted") {
  const entries = new Map<string, string>()
  const notified: string[] = []
  const notices: object[] = []
  let isBlocked = false
  let isHidden = true
  let changed = () => {}
  const open = () =>
    new CompletionAlerts({
      isHidden: () => isHidden,
      onVisibilityChange(listener) {
        changed = listener
      },
      permission: () => permission,
      requestPermission: async () => response,
      notify(title, options) {
        notified.push(title)
        notices.push(options)
      },
      storage: {
        getItem(name) {
          if (isBlocked) throw new Error("SecurityError")
          return entries.get(name) ?? null
        },
        setItem(name, value) {
          if (isBlocked) throw new Error("SecurityError")
          entries.set(name, value)
        },
      },
    })
  const show = (isVisible: boolean) => {
    isHidden = !isVisible
    changed()
  }
  const blockStorage = () => {
    isBlocked = true
  }
  return { alerts: open(), reopen: open, notified, notices, show, blockStorage }
}

test("counts documents that end while the page is hidden, until it is visible", () => {
  const { alerts, show, notified } = setUp("default")
  alerts.note([active])
  alerts.note([failed])
  alerts.note([failed])
  expect(alerts.getSnapshot().unseen).toBe(1)
  show(true)
  expect(alerts.getSnapshot().unseen).toBe(0)
  alerts.note([active])
  alerts.note([failed])
  expect(alerts.getSnapshot().unseen).toBe(0)
  expect(notified).toEqual([])
})

test("notifies only after the person has asked for it, and keeps the choice", async () => {
  const { alerts, reopen, notified } = setUp("granted")
  expect(alerts.getSnapshot().notifications).toBe("off")
  await alerts.toggle()
  alerts.note([active])
  alerts.note([failed])
  expect(notified).toEqual(["a.pdf failed"])
  expect(reopen().getSnapshot().notifications).toBe("on")
  await alerts.toggle()
  expect(reopen().getSnapshot().notifications).toBe("off")
})

test("reports notifications that the browser blocks or does not have", async () => {
  expect(setUp(undefined).alerts.getSnapshot().notifications).toBe("unsupported")
  expect(setUp("denied").alerts.getSnapshot().notifications).toBe("blocked")
  const { alerts } = setUp("default", "denied")
  await alerts.toggle()
  expect(alerts.getSnapshot().notifications).toBe("blocked")
})

test("the notifications of two tabs about a document have the same tag", async () => {
  const tags = await Promise.all(
    ["k", "d-1"].map(async (key) => {
      const { alerts, notices } = setUp("granted")
      await alerts.toggle()
      alerts.note([{ ...active, key, documentId: "d-1" }])
      alerts.note([{ ...failed, key, documentId: "d-1" }])
      return notices
    }),
  )
  expect(tags.flat().map((notice) => (notice as { tag: string }).tag)).toEqual(["d-1", "d-1"])
})

test("the notification of a document says how it ended and what to do", async () => {
  const { alerts, notified, notices } = setUp("granted")
  await alerts.toggle()
  const other = { ...active, key: "o", fileName: "b.pdf" }
  const complete: DocumentItem = {
    ...other,
    upload: { step: "done" },
    progress: { status: "processing_complete" } as DocumentItem["progress"],
  }
  const cancelled: DocumentItem = { ...active, key: "c", upload: { step: "cancelled" } }
  alerts.note([active, other, { ...cancelled, upload: { step: "queued" } }])
  alerts.note([failed, complete, cancelled])
  expect(notified).toEqual(["a.pdf failed", "b.pdf is complete"])
  expect(notices).toEqual([
    { body: "Open the page to see why.", tag: "k" },
    { body: "Its summary is ready.", tag: "o" },
  ])
  expect(alerts.getSnapshot().unseen).toBe(2)
})

test("notifies of nothing while the page is visible", async () => {
  const { alerts, notified, show } = setUp("granted")
  await alerts.toggle()
  show(true)
  alerts.note([active])
  alerts.note([failed])
  expect(notified).toEqual([])
})

test("works without a storage, which browsers can block", async () => {
  const { alerts, reopen, blockStorage } = setUp("granted")
  blockStorage()
  await alerts.toggle()
  expect(alerts.getSnapshot().notifications).toBe("on")
  expect(reopen().getSnapshot().notifications).toBe("off")
})

test("stays off when the person dismisses the question of the browser", async () => {
  const { alerts } = setUp("default", "default")
  await alerts.toggle()
  expect(alerts.getSnapshot().notifications).toBe("off")
})

test("notifies subscribers until they unsubscribe", async () => {
  const { alerts } = setUp("granted")
  let changes = 0
  const unsubscribe = alerts.subscribe(() => changes++)
  await alerts.toggle()
  expect(changes).toBe(1)
  unsubscribe()
  await alerts.toggle()
  expect(changes).toBe(1)
})

test("the browser asks before the page is left during an upload, and removals are final when it is left", () => {
  const tab = new EventTarget()
  const list = { isUploading: true, flushed: 0, removed: { flush: () => (list.flushed += 1) } }
  warnBeforeLeaving(list, tab as Window)
  const isAsked = () => !tab.dispatchEvent(new Event("beforeunload", { cancelable: true }))
  expect(isAsked()).toBe(true)
  list.isUploading = false
  expect(isAsked()).toBe(false)
  expect(list.flushed).toBe(0)
  tab.dispatchEvent(new Event("pagehide"))
  expect(list.flushed).toBe(1)
})
