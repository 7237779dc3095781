// Uploads by XMLHttpRequest, which Node.js does not have: a scripted one stands for that of a browser.
import { afterEach, expect, test, vi } from "vitest"
import { uploadBytes } from "./upload-bytes.ts"

afterEach(() => {
  vi.unstubAllGlobals()
})

type UploadProgress = { loaded: number; total: number; lengthComputable: boolean }

/** Keeps what the code under test sets, and lets a test end the request. */
class ScriptedXhr {
  static newest: ScriptedXhr | undefined
  status = 0
  sent: unknown
  opened: unknown[] = []
  headers: string[][] = []
  upload: { onprogress: ((event: UploadProgress) => void) | null } = { onprogress: null }
  onload: (() => void) | null = null
  onerror: (() => void) | null = null
  onabort: (() => void) | null = null
  aborts = 0

  constructor() {
    ScriptedXhr.newest = this
  }

  open(...args: unknown[]) {
    this.opened = args
  }

  setRequestHeader(name: string, value: string) {
    this.headers.push([name, value])
  }

  send(body: unknown) {
    this.sent = body
  }

  abort() {
    this.aborts++
    this.onabort?.()
  }
}

function startUpload(options: { signal?: AbortSignal } = {}) {
  vi.stubGlobal("XMLHttpRequest", ScriptedXhr)
  const fractions: number[] = []
  const body = new Uint8Array([1, 2, 3])
  const headers = { "content-type": "application/pdf", Host: "bucket", "Content-Length": "3", "x-host": "kept" }
  const request = { url: "https://bucket/key", method: "PUT" as const, headers, body }
  const status = uploadBytes({ ...request, onProgress: (fraction) => fractions.push(fraction), ...options })
  return { body, fractions, status, xhr: ScriptedXhr.newest! }
}

test("sends the bytes with the headers that a script may set, and returns the status", async () => {
  const { body, xhr, status } = startUpload()
  expect(xhr.opened).toEqual(["PUT", "https://bucket/key"])
  expect(xhr.headers).toEqual([
    ["content-type", "application/pdf"],
    ["x-host", "kept"],
  ])
  expect(xhr.sent).toBe(body)
  xhr.status = 403
  xhr.onload?.()
  expect(await status).toBe(403)
})

test("reports the part that was sent, and 1 at the end", async () => {
  const { fractions, xhr, status } = startUpload()
  xhr.upload.onprogress?.({ loaded: 1, total: 4, lengthComputable: true })
  xhr.upload.onprogress?.({ loaded: 0, total: 0, lengthComputable: true })
  xhr.upload.onprogress?.({ loaded: 9, total: 9, lengthComputable: false })
  expect(fractions).toEqual([0.25])
  xhr.onload?.()
  await status
  expect(fractions).toEqual([0.25, 1])
})

test("rejects without a response, and reports no end", async () => {
  const { fractions, xhr, status } = startUpload()
  xhr.onerror?.()
  await expect(status).rejects.toThrow("the upload got no response")
  expect(fractions).toEqual([])
})

test("aborts with the reason of the signal, before and during the upload, and not after it", async () => {
  const reason = new Error("cancelled")
  ScriptedXhr.newest = undefined
  await expect(startUpload({ signal: AbortSignal.abort(reason) }).status).rejects.toBe(reason)
  expect(ScriptedXhr.newest).toBe(undefined)

  const during = new AbortController()
  const { xhr, status } = startUpload({ signal: during.signal })
  during.abort(reason)
  expect(xhr.aborts).toBe(1)
  await expect(status).rejects.toBe(reason)

  const after = new AbortController()
  const ended = startUpload({ signal: after.signal })
  ended.xhr.onload?.()
  await ended.status
  after.abort(reason)
  expect(ended.xhr.aborts).toBe(0)
})
