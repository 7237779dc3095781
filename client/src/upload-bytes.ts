// Uploads a document's bytes to a presigned URL. In browsers by XMLHttpRequest, because `fetch` reports no upload
// progress.

export type UploadRequest = {
  url: string
  method: "PUT"
  headers: Readonly<Record<string, string>>
  body: Blob | Uint8Array<ArrayBuffer>
  /** Called with 0 to 1 while bytes are sent; without XMLHttpRequest only with 1 at the end. */
  onProgress?: ((fraction: number) => void) | undefined
  signal?: AbortSignal | undefined
}

/** @returns the HTTP status of the response. @throws when there is no response, or the signal's reason when aborted. */
export async function uploadBytes(request: UploadRequest): Promise<number> {
  request.signal?.throwIfAborted()
  const { XMLHttpRequest } = globalThis as { XMLHttpRequest?: XhrConstructor }
  const status = await (XMLHttpRequest ? uploadByXhr(request, new XMLHttpRequest()) : uploadByFetch(request))
  request.onProgress?.(1)
  return status
}

async function uploadByFetch({ url, method, headers, body, signal }: UploadRequest): Promise<number> {
  const response = await fetch(url, { method, headers: settable(headers), body, signal: signal ?? null })
  await response.body?.cancel()
  return response.status
}

function uploadByXhr({ url, method, headers, body, onProgress, signal }: UploadRequest, xhr: Xhr): Promise<number> {
  const { promise, resolve, reject } = Promise.withResolvers<number>()
  xhr.open(method, url)
  for (const [name, value] of Object.entries(settable(headers))) xhr.setRequestHeader(name, value)
  xhr.upload.onprogress = ({ loaded, total, lengthComputable }) => {
    if (lengthComputable && total > 0) onProgress?.(loaded / total)
  }
  xhr.onload = () => resolve(xhr.status)
  xhr.onerror = () => reject(new TypeError("the upload got no response"))
  xhr.onabort = () => reject(signal?.reason)
  const abort = () => xhr.abort()
  signal?.addEventListener("abort", abort)
  xhr.send(body)
  return promise.finally(() => signal?.removeEventListener("abort", abort))
}

// Both headers are signed, but derived from the request itself. Browsers throw when a script sets them.
function settable(headers: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !/^(host|content-length)$/i.test(name)))
}

// Declared here because Node.js has no XMLHttpRequest, and this file is also compiled without the DOM types.
type Xhr = {
  readonly status: number
  readonly upload: {
    onprogress: ((event: { loaded: number; total: number; lengthComputable: boolean }) => void) | null
  }
  onload: (() => void) | null
  onerror: (() => void) | null
  onabort: (() => void) | null
  open(method: string, url: string): void
  setRequestHeader(name: string, value: string): void
  send(body: Blob | Uint8Array<ArrayBuffer>): void
  abort(): void
}
type XhrConstructor = new () => Xhr
