// The document processor as it is deployed: bundled with the options of the CDK app, running in a worker thread. Shows
// that the bundle is complete: PDFium finds its WebAssembly file next to it, and every lazily loaded part is inside.
import { copyFile, mkdtemp, readFile, rm, stat } from "node:fs/promises"
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http"
import { createRequire } from "node:module"
import type { AddressInfo } from "node:net"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { Worker } from "node:worker_threads"
import { bundleOptions } from "@document-insight/infrastructure"
import { build } from "esbuild"
import { afterAll, beforeAll, expect, onTestFinished, test } from "vitest"
import { startBedrockStandIn, written } from "../../test/bedrock-stand-in.ts"
import { hostileFiles } from "../../test/hostile-files/hostile-files.ts"
import { type LocalTables, startLocalTables } from "../../test/local-tables.ts"
import { makeDocx, makePdf } from "../../test/make-documents.ts"
import { createDocumentsTable } from "../storage/documents-table.ts"
import { createWatchersTable } from "../storage/watchers-table.ts"

let folder: string
let local: LocalTables
let services: Server
const objects = new Map<string, Uint8Array>()
const posted: { status: string }[] = []

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "document-processor-"))
  await build(bundleOptions(join(import.meta.dirname, "handler.ts"), folder))
  const wasm = createRequire(import.meta.url).resolve("@hyzyla/pdfium/pdfium.wasm")
  await copyFile(wasm, join(folder, "pdfium.wasm"))
  local = await startLocalTables()
  services = createServer(serveS3AndConnections)
  await new Promise<void>((resolve) => services.listen(0, "127.0.0.1", resolve))
})
afterAll(async () => {
  services.closeAllConnections()
  services.close()
  await local.close()
  await rm(folder, { recursive: true })
})

test("is below 740 KB, as its reading thread is below 1 MB, and has source maps next to it", async () => {
  expect((await stat(join(folder, "index.mjs"))).size).toBeLessThan(740_000)
  expect((await stat(join(folder, "reading-thread.mjs"))).size).toBeLessThan(1_000_000)
  // Loaded only with a model that writes summaries.
  expect(await readFile(join(folder, "index.mjs"), "utf8")).not.toContain("ConverseStream")
  expect(await readFile(join(folder, "bedrock-module.mjs"), "utf8")).toContain("ConverseStream")
  const { sources } = JSON.parse(await readFile(join(folder, "index.mjs.map"), "utf8"))
  expect(sources).toContainEqual(expect.stringMatching(/functions\/src\/document-processor\/handler\.ts$/))
})

test("processes documents of every type and pushes their progress", async () => {
  const tables = await local.newTables()
  const documents = createDocumentsTable(local.client, tables.documentsTableName)
  const watchers = createWatchersTable(local.client, tables.watchersTableName)
  const sentence = "Maria Keller measured the relay stations along the river for the European Union. "
  const uploads: [string, string, Uint8Array][] = [
    ["pdf", "application/pdf", await makePdf([sentence.repeat(3), sentence.repeat(4)])],
    ["docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document", makeDocx([sentence.repeat(7)])],
    ["html", "text/html", Buffer.from(`<p>${sentence.repeat(7)}</p>`)],
    ["german", "text/html", Buffer.from(`<p>${"Maria Keller hat die Messstellen am Fluss geprüft. ".repeat(7)}</p>`)],
  ]
  const bomb = hostileFiles().find(({ name }) => name === "pdf: forms that contain ten of the next, 20 deep")
  uploads.unshift(["bomb", "application/pdf", (await bomb?.make()) ?? expect.unreachable()])
  for (const [documentId, contentType, bytes] of uploads) {
    await documents.create({ documentId, fileName: documentId, contentType })
    await watchers.watch({ documentId, connectionId: "a=" })
    objects.set(`/uploads/uploads/${documentId}`, bytes)
  }
  const model = await startBedrockStandIn([written("Keller measured the relay stations.")])
  onTestFinished(() => model.close())
  const port = (services.address() as AddressInfo).port
  const response = await runInThread(
    uploads.map(([documentId]) => documentId),
    {
      AWS_REGION: "eu-west-1",
      AWS_ACCESS_KEY_ID: "test",
      AWS_SECRET_ACCESS_KEY: "test",
      AWS_ENDPOINT_URL_DYNAMODB: local.endpoint,
      AWS_ENDPOINT_URL_S3: `http://127.0.0.1:${port}`,
      WEBSOCKET_CALLBACK_URL: `http://127.0.0.1:${port}/dev`,
      DOCUMENTS_TABLE_NAME: tables.documentsTableName,
      WATCHERS_TABLE_NAME: tables.watchersTableName,
      DOCUMENTS_BUCKET_NAME: "uploads",
      UPLOAD_QUEUE_URL: "https://sqs.eu-west-1.amazonaws.com/123456789012/uploads",
      AWS_ENDPOINT_URL_SQS: `http://127.0.0.1:${port}`,
      PUSH_QUEUE_URL: "https://sqs.eu-west-1.amazonaws.com/123456789012/pushes",
      POSTS_PER_SECOND: "400",
      SHARED_POSTS_PER_SECOND: "6000",
      MAX_ATTEMPTS: "3",
      MAX_CONTINUATIONS: "11",
      MAX_RECEIVE_COUNT: "10",
      CLAIM_SECONDS: "90",
      SUMMARY_MODEL: "amazon.nova-lite-v1:0",
      AWS_ENDPOINT_URL_BEDROCK_RUNTIME: model.endpoint,
      POWERTOOLS_METRICS_DISABLED: "true",
      POWERTOOLS_LOG_LEVEL: "SILENT",
    },
  )
  expect(response).toEqual({ batchItemFailures: [] })
  // The thread that it exhausts does not end the invocation.
  expect((await documents.find("bomb"))?.progress).toMatchObject({ status: "error", errorCode: "TOO_LARGE" })
  // Languages other than English are detected by a module of its own.
  expect((await documents.find("german"))?.insights).toMatchObject({ language: "de", words: 56 })
  for (const documentId of ["pdf", "docx", "html"]) {
    expect((await documents.find(documentId))?.insights).toMatchObject({
      words: 91,
      summary: ["Keller measured the relay stations."],
      summaryBy: { engine: "bedrock", model: "amazon.nova-lite-v1:0" },
      language: "en",
      people: [{ text: "Maria Keller", count: 7 }],
      organizations: [{ text: "European Union", count: 7 }],
    })
    const text = Buffer.from(objects.get(`/uploads/texts/${documentId}/0`) ?? []).toString()
    expect(
      JSON.parse(text)
        .join("")
        .match(/Maria\s+Keller/g),
    ).toHaveLength(7)
  }
  expect(posted.filter(({ status }) => status === "processing_complete")).toHaveLength(4)
})

async function serveS3AndConnections(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const [path = ""] = (request.url ?? "").split("?")
  const chunks: Uint8Array[] = []
  for await (const chunk of request) chunks.push(chunk)
  if (path.startsWith("/dev/@connections/")) posted.push(JSON.parse(Buffer.concat(chunks).toString()))
  if (request.method === "PUT") objects.set(path, Buffer.concat(chunks))
  response.end(request.method === "GET" ? objects.get(path) : undefined)
}

/** Runs the bundle in a worker thread, as a Lambda execution environment does, and returns the handler's response. */
function runInThread(documentIds: string[], env: Record<string, string>): Promise<unknown> {
  const records = documentIds.map((documentId) => ({
    messageId: documentId,
    receiptHandle: documentId,
    attributes: { ApproximateReceiveCount: "1" },
    body: JSON.stringify({
      Records: [
        {
          eventName: "ObjectCreated:Put",
          s3: { bucket: { name: "uploads" }, object: { key: `uploads/${documentId}`, size: 1 } },
        },
      ],
    }),
  }))
  const code = `
    const { parentPort, workerData } = require("node:worker_threads")
    const context = { awsRequestId: "r", getRemainingTimeInMillis: () => 60000 }
    import(workerData.bundle)
      .then(({ handler }) => handler({ Records: workerData.records }, context))
      .then((response) => parentPort.postMessage(response))
  `
  const worker = new Worker(code, { eval: true, env, workerData: { bundle: join(folder, "index.mjs"), records } })
  return new Promise((resolve, reject) => {
    worker.once("message", resolve)
    worker.once("error", reject)
  }).finally(() => worker.terminate())
}
