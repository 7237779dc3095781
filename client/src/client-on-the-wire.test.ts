// The client with Node's WebSocket and fetch against real servers on this machine.
import { createServer, type IncomingMessage, type RequestListener, type Server } from "node:http"
import type { AddressInfo } from "node:net"
import { afterEach, expect, test } from "vitest"
import { type WebSocket as ServerSocket, WebSocketServer } from "ws"
import { createDocumentsClient } from "./documents-client.ts"
import { ProgressClient } from "./progress-client.ts"

const closing: (() => void)[] = []
afterEach(() => {
  for (const close of closing.splice(0)) close()
})

async function listen(server: Server): Promise<string> {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve))
  closing.push(() => {
    server.closeAllConnections()
    server.close()
  })
  return `127.0.0.1:${(server.address() as AddressInfo).port}`
}

function serve(listener: RequestListener): Promise<string> {
  return listen(createServer(listener)).then((host) => `http://${host}`)
}

async function textOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk)
  return Buffer.concat(chunks).toString()
}

test("reconnects and reaches the final progress when the server drops the connection while a document is processed", async () => {
  const http = createServer()
  const webSockets = new WebSocketServer({ server: http })
  let sequence = 0
  webSockets.on("connection", (socket: ServerSocket) => {
    socket.on("message", (data) => {
      const { documentId } = JSON.parse(String(data))
      sequence++
      const status = sequence === 3 ? "processing_complete" : "progress"
      const counts = { sequence, pagesProcessed: sequence, totalPages: 3, percentComplete: sequence * 33 }
      socket.send(JSON.stringify({ status, documentId, ...counts, timestamp: "2026-11-22T21:00:00.000Z" }), () => {
        if (sequence < 3) socket.terminate()
      })
    })
  })
  const client = new ProgressClient({ url: `ws://${await listen(http)}/dev`, timings: { firstWaitMs: 1 } })
  closing.push(() => client.close())
  client.open()
  const received: number[] = []
  await new Promise<void>((resolve) => {
    client.watch("report", ({ sequence: newest, status }) => {
      received.push(newest)
      if (status === "processing_complete") resolve()
    })
  })
  expect(received).toEqual([1, 2, 3])
})

test("creates a document, then uploads its bytes with the headers of the response", async () => {
  const seen: string[] = []
  const origin = await serve(async (request, response) => {
    const type = request.headers["content-type"]
    seen.push(`${request.method} ${request.url} ${type} ${await textOf(request)}`)
    if (request.method === "PUT") return response.end()
    const target = {
      documentId: "d-1",
      uploadUrl: `${origin}/bucket/d-1?signature=s`,
      method: "PUT",
      // Both are signed, and fetch rejects both when a caller sets them.
      headers: { "content-type": "text/plain", host: "bucket", "content-length": "5" },
      expiresAt: "2026-11-22T21:15:00.000Z",
    }
    response.writeHead(201).end(JSON.stringify(target))
  })
  const documents = createDocumentsClient({ apiEndpoint: `${origin}/` })
  const target = await documents.create({ fileName: "a.txt", contentType: "text/plain", sizeBytes: 5 })
  const fractions: number[] = []
  await documents.upload(target, new Blob(["hello"]), { onProgress: (fraction) => fractions.push(fraction) })
  expect(seen).toEqual([
    'POST /documents application/json {"fileName":"a.txt","contentType":"text/plain","sizeBytes":5}',
    "PUT /bucket/d-1?signature=s text/plain hello",
  ])
  expect(fractions).toEqual([1])
})

test.each([
  [400, { message: "The file has no name.", field: "fileName" }, "refused", "The file has no name."],
  [404, { message: "There is no document d/1." }, "not-found", "There is no document d/1."],
  [404, {}, "not-found", "This document does not exist any more."],
  [400, {}, "refused", "The server rejected the request (status 400)."],
  [429, {}, "failed", "The server is busy. Try again in a moment."],
  [503, "<html>", "failed", "The server failed (status 503). Try again in a moment."],
  [200, { documentId: 7 }, "failed", "The server sent an unexpected response. Reload the page and try again."],
])("turns a response with status %i into an error with a message for people", async (status, body, reason, message) => {
  const origin = await serve((request, response) => {
    expect(request.url).toBe("/documents/d%2F1")
    response.writeHead(status).end(typeof body === "string" ? body : JSON.stringify(body))
  })
  const documents = createDocumentsClient({ apiEndpoint: origin })
  await expect(documents.get("d/1")).rejects.toMatchObject({ name: "DocumentError", reason, message })
})

test("remove() resolves when the document does not exist and rejects when the server fails", async () => {
  let status = 404
  const origin = await serve((_, response) => response.writeHead(status).end("{}"))
  const documents = createDocumentsClient({ apiEndpoint: origin })
  await documents.remove("d-1")
  status = 500
  await expect(documents.remove("d-1")).rejects.toMatchObject({ reason: "failed", isRetryable: true })
})

test("distinguishes an unreachable server, an expired upload and a cancelled upload", async () => {
  const gone = createServer()
  const goneHost = await listen(gone)
  await new Promise((resolve) => gone.close(resolve))
  const unreachable = createDocumentsClient({ apiEndpoint: `http://${goneHost}` })
  await expect(unreachable.get("d-1")).rejects.toMatchObject({ reason: "unreachable", isRetryable: true })

  const origin = await serve((request, response) => {
    if (request.url === "/expired") response.writeHead(403).end("<Error/>")
    if (request.url === "/invalid") response.writeHead(400).end("<Error/>")
  })
  const documents = createDocumentsClient({ apiEndpoint: origin })
  const to = (path: string) => ({ uploadUrl: origin + path, method: "PUT" as const, headers: {} })
  await expect(documents.upload(to("/expired"), new Uint8Array(3))).rejects.toMatchObject({
    reason: "failed",
    message: "The upload link has expired. Try again.",
  })

  await expect(documents.upload(to("/invalid"), new Uint8Array(3))).rejects.toMatchObject({
    reason: "failed",
    message: "The upload failed (status 400). Try again.",
  })

  const cancel = new AbortController()
  const pendingUpload = documents.upload(to("/slow"), new Uint8Array(3), { signal: cancel.signal })
  cancel.abort()
  await expect(pendingUpload).rejects.toMatchObject({ reason: "cancelled", isRetryable: false })
})

test("reports a response that is cancelled or interrupted", async () => {
  const cancel = new AbortController()
  const fetched = Promise.withResolvers<void>()
  const origin = await serve((request, response) => {
    response.writeHead(200, { "content-length": 100 }).write("{", () => {
      if (request.url?.includes("interrupted")) response.destroy()
      else fetched.resolve()
    })
  })
  const documents = createDocumentsClient({ apiEndpoint: origin })
  for (const read of [() => documents.get("interrupted"), () => documents.thumbnail("interrupted", 1)]) {
    await expect(read()).rejects.toMatchObject({ name: "DocumentError", reason: "unreachable" })
  }
  const reading = documents.get("slow", { signal: cancel.signal })
  void fetched.promise.then(() => setImmediate(() => cancel.abort()))
  await expect(reading).rejects.toMatchObject({ reason: "cancelled" })
})

test("with sign-in, sends the access token, and a renewed one once when the server rejects it", async () => {
  const seen: string[] = []
  const origin = await serve((request, response) => {
    seen.push(`${request.method} ${request.url} ${request.headers.authorization} ${request.headers["x-share-token"]}`)
    const isValid = request.headers.authorization === "Bearer new"
    response.writeHead(isValid ? 201 : 401).end(JSON.stringify({ ticket: "t", expiresAt: "2026-11-22T21:01:00.000Z" }))
  })
  const rejected: (string | undefined)[] = []
  const documents = createDocumentsClient({
    apiEndpoint: origin,
    accessToken: async (token) => {
      rejected.push(token)
      return token === undefined ? "old" : "new"
    },
    shareTokenOf: (documentId) => (documentId === "shared" ? "s" : undefined),
  })
  expect(await documents.createTicket()).toMatchObject({ ticket: "t" })
  expect(rejected).toEqual([undefined, "old"])
  expect(seen).toEqual(["POST /tickets Bearer old undefined", "POST /tickets Bearer new undefined"])
  await documents.get("shared").catch(() => {})
  expect(seen.at(-1)).toBe("GET /documents/shared Bearer new s")
})

test("reports a session that the server rejects even after its renewal as signed-out", async () => {
  const origin = await serve((_, response) => response.writeHead(401).end(`{"message":"Unauthorized"}`))
  const documents = createDocumentsClient({ apiEndpoint: origin, accessToken: async () => "token" })
  await expect(documents.createTicket()).rejects.toMatchObject({ reason: "signed-out", isRetryable: false })
})

test("reads a page and searches, with the secret of a shared link", async () => {
  const requests: string[] = []
  const apiEndpoint = await serve((request, response) => {
    requests.push(`${request.url} ${request.headers["x-share-token"]}`)
    const body = request.url?.includes("/search")
      ? { documentId: "d/1", query: "a&b", matches: [], nextPage: 12 }
      : { documentId: "d/1", page: 3, pages: 9, text: "Three.", isTruncated: false }
    response.end(JSON.stringify(body))
  })
  const client = createDocumentsClient({ apiEndpoint, shareTokenOf: () => "secret" })
  expect(await client.page("d/1", 3)).toMatchObject({ text: "Three." })
  expect(await client.search("d/1", "a&b", { from: 4 })).toMatchObject({ nextPage: 12 })
  expect(requests).toEqual(["/documents/d%2F1/pages/3 secret", "/documents/d%2F1/search?q=a%26b&from=4 secret"])
})

test("reads the thumbnail of a page, with the secret of a shared link, and none where there is none", async () => {
  const requests: string[] = []
  const apiEndpoint = await serve((request, response) => {
    requests.push(`${request.url} ${request.headers["x-share-token"]}`)
    if (request.url?.includes("/pages/2/")) response.writeHead(204).end()
    else response.writeHead(200, { "content-type": "image/png" }).end("picture")
  })
  const client = createDocumentsClient({ apiEndpoint, shareTokenOf: () => "secret" })
  const image = await client.thumbnail("d/1", 1)
  expect([image?.type, await image?.text()]).toEqual(["image/png", "picture"])
  expect(await client.thumbnail("d/1", 2)).toBeUndefined()
  expect(requests).toEqual([1, 2].map((page) => `/documents/d%2F1/pages/${page}/thumbnail secret`))
})

test("sends the password of a protected document with requests for pictures of its pages, until it is deleted", async () => {
  const requests: unknown[] = []
  const progress = { status: "waiting", documentId: "d", sequence: 4, pagesProcessed: 0, totalPages: 0 }
  const accepted = { ...progress, percentComplete: 0, timestamp: "2026-11-26T00:00:00.000Z" }
  const apiEndpoint = await serve((request, response) => {
    requests.push(request.headers["x-document-password"])
    if (request.method === "POST") {
      const body = { documentId: "d", fileName: "a.pdf", progress: accepted, insights: null }
      response.writeHead(202, { "content-type": "application/json" }).end(JSON.stringify(body))
    } else response.writeHead(204).end()
  })
  const client = createDocumentsClient({ apiEndpoint })
  await client.unlock("d", "pässwörd €")
  await client.thumbnail("d", 1)
  await client.thumbnail("other", 1)
  await client.remove("d")
  await client.thumbnail("d", 1)
  expect(requests).toEqual([undefined, encodeURIComponent("pässwörd €"), undefined, undefined, undefined])
})
