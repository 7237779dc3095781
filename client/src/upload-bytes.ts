// Sends a document's bytes to the address it was given. Browsers tell how far an upload is only through XMLHttpRequest.

export type UploadRequest = {
  url: string
  method: "PUT"
  headers: Readonly<Record<string, string>>
  body: Blob | Uint8Array<ArrayBuffer>
  /** Called with 0 to 1 as bytes leave; where nothing tells how far it is, only with 1 at the end. */
  onProgress?: ((fraction: number) => void) | undefined
  signal?: AbortSignal | undefined
}

/** @returns the answer's HTTP status. @throws when there is no answer, or the signal's reason when it was aborted. */
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
  xhr.onerror = () => reject(new TypeError("the upload got no answer"))
  xhr.onabort = () => reject(signal?.reason)
  const abort = () => xhr.abort()
  signal?.addEventListener("abort", abort)
  xhr.send(body)
  return promise.finally(() => signal?.removeEventListener("abort", abort))
}

// Both are signed but follow from the request itself; browsers report an error to whoever sets them.
function settable(headers: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !/^(host|content-length)$/i.test(name)))
}

// Declared here because Node has no XMLHttpRequest, and this file is also compiled without the DOM.
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
