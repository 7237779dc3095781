// The address of a document, and the alerts about documents that end while the page is hidden.
import { expect, test } from "vitest"
import type { DocumentItem } from "../documents/document-item.ts"
import { CompletionAlerts } from "./completion-alerts.ts"
import { addressOf, documentIdOf, viewOf } from "./document-route.ts"

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
      notify: (title) => notified.push(title),
      storage: {
        getItem: (name) => entries.get(name) ?? null,
        setItem: (name, value) => void entries.set(name, value),
      },
    })
  const show = (isVisible: boolean) => {
    isHidden = !isVisible
    changed()
  }
  return { alerts: open(), reopen: open, notified, show }
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
