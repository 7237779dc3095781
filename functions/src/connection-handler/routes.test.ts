// Tests of the WebSocket routes, with real tables.
import { parseServerMessage, type ServerMessage } from "@document-insight/protocol"
import type { APIGatewayProxyWebsocketEventV2 } from "aws-lambda"
import fc from "fast-check"
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest"
import { lambdaContext, silentLogger } from "../../test/lambda-context.ts"
import { type LocalTables, startLocalTables } from "../../test/local-tables.ts"
import { createDocumentsTable, type DocumentsTable } from "../storage/documents-table.ts"
import { createWatchersTable, type WatchersTable } from "../storage/watchers-table.ts"
import { createConnectionHandler } from "./routes.ts"

let local: LocalTables
let documents: DocumentsTable
let watchers: WatchersTable
let handler: ReturnType<typeof createConnectionHandler>

beforeAll(async () => {
  local = await startLocalTables()
})
afterAll(() => local.close())
beforeEach(async () => {
  const { documentsTableName, watchersTableName } = await local.newTables()
  documents = createDocumentsTable(local.client, documentsTableName)
  watchers = createWatchersTable(local.client, watchersTableName)
  handler = createConnectionHandler({ documents, watchers, requiresSignIn: false, logger: silentLogger() })
  await documents.create({ documentId: "d1", fileName: "a.pdf", contentType: "application/pdf" })
})

/** The connections that watch a document, from all of its partitions. */
async function watching(documentId: string, watchersAreSpread = false): Promise<string[]> {
  const pages = await watchers.connectionsWatching({ documentId, watchersAreSpread })
  return pages.flatMap(({ connectionIds }) => connectionIds).toSorted()
}

function invoke(routeKey: string, body?: string) {
  const requestContext = { routeKey, connectionId: "a=", stage: "dev" }
  return handler({ requestContext, body } as APIGatewayProxyWebsocketEventV2, lambdaContext())
}

/** Sends a message as API Gateway routes it, and returns the response as a client parses it. */
async function send(text: string): Promise<ServerMessage | undefined> {
  const { statusCode, body } = await invoke(routeOf(text), text)
  expect(statusCode).toBe(200)
  return parseServerMessage(body ?? "")
}

function routeOf(text: string): string {
  try {
    return JSON.parse(text)?.action === "progress" ? "progress" : "$default"
  } catch {
    return "$default"
  }
}

describe("watching", () => {
  test("responds with the current progress and stores the watcher", async () => {
    expect(await send(`{"action":"progress","documentId":"d1"}`)).toMatchObject({ status: "waiting", sequence: 1 })
    expect(await watching("d1")).toEqual(["a="])
  })

  test("misses no progress: stores the watcher before it reads the document", async () => {
    const spied = createConnectionHandler({
      watchers,
      requiresSignIn: false,
      logger: silentLogger(),
      documents: {
        ...documents,
        async find(documentId) {
          expect(await watching(documentId)).toEqual(["a="])
          return documents.find(documentId)
        },
      },
    })
    const requestContext = { routeKey: "progress", connectionId: "a=" }
    const event = { requestContext, body: `{"action":"progress","documentId":"d1"}` } as APIGatewayProxyWebsocketEventV2
    expect((await spied(event, lambdaContext())).body).toContain("waiting")
  })

  test("uses further partitions of a document once it is known to have too many watchers for one", async () => {
    await documents.spreadWatchers("d1")
    await send(`{"action":"progress","documentId":"d1"}`)
    const requestContext = { routeKey: "progress", connectionId: "b=" }
    const event = { requestContext, body: `{"action":"progress","documentId":"d1"}` } as APIGatewayProxyWebsocketEventV2
    await handler(event, lambdaContext())
    expect(await watching("d1")).toEqual(["a="])
    expect(await watching("d1", true)).toEqual(["a=", "b="])
  })

  test("stops on request, and only for that document", async () => {
    await documents.create({ documentId: "d2", fileName: "b.pdf", contentType: "application/pdf" })
    await send(`{"action":"progress","documentId":"d1"}`)
    await send(`{"action":"progress","documentId":"d2"}`)
    expect(await send(`{"action":"progress","documentId":"d1","watch":false}`)).toEqual({
      status: "unwatched",
      documentId: "d1",
    })
    expect(await watching("d1")).toEqual([])
    expect(await watching("d2")).toEqual(["a="])
  })

  test("responds to an unknown document with a final error and stores no watcher", async () => {
    const message = await send(`{"action":"progress","documentId":"nope"}`)
    expect(message).toMatchObject({ status: "error", errorCode: "DOCUMENT_NOT_FOUND", recoverable: false, sequence: 0 })
    expect(await watching("nope")).toEqual([])
  })

  test("responds to a finished document with its end and stores no watcher", async () => {
    await documents.end("d1", { errorCode: "PROCESSING_FAILED", message: "It could not be read." }, "open")
    const message = await send(`{"action":"progress","documentId":"d1"}`)
    expect(message).toMatchObject({ status: "error", errorCode: "PROCESSING_FAILED", message: "It could not be read." })
    expect(await watching("d1")).toEqual([])
  })

  test("keeps watching a document that may be read again with its password", async () => {
    await documents.end("d1", { errorCode: "ENCRYPTED", message: "Protected." }, "open")
    expect(await send(`{"action":"progress","documentId":"d1"}`)).toMatchObject({ errorCode: "ENCRYPTED" })
    expect(await watching("d1")).toHaveLength(1)
  })

  test.each([
    [`{"action":"progress"}`, "documentId"],
    [`{"action":"progress","documentId":7}`, "documentId"],
    [`{"action":"progress","documentId":""}`, "documentId"],
    [`{"action":"progress","documentId":"${"x".repeat(129)}"}`, "documentId"],
    [`{"action":"progress","documentId":"d1","watch":"no"}`, "watch"],
  ])("responds to %s with an error that names %s", async (text, field) => {
    expect(await send(text)).toEqual({
      status: "error",
      errorCode: "BAD_REQUEST",
      message: expect.stringContaining(`"${field}"`),
    })
  })
})

describe("a connection", () => {
  test("is accepted", async () => {
    expect(await invoke("$connect")).toEqual({ statusCode: 200 })
  })

  test("stops watching when it disconnects", async () => {
    await send(`{"action":"progress","documentId":"d1"}`)
    expect(await invoke("$disconnect")).toEqual({ statusCode: 200 })
    expect(await watching("d1")).toEqual([])
  })
})

describe("any other message", () => {
  test("responds to a ping with a pong", async () => {
    expect(await send(`{"action":"ping"}`)).toEqual({ status: "pong" })
  })

  test.each([
    ["hello", "BAD_REQUEST", "not JSON"],
    ["", "BAD_REQUEST", "not JSON"],
    ["null", "BAD_REQUEST", `no "action"`],
    ["[]", "BAD_REQUEST", `no "action"`],
    [`{"action":1}`, "BAD_REQUEST", `no "action"`],
    [`{"action":"subscribe"}`, "UNKNOWN_ACTION", `"subscribe"`],
  ])("responds to %j with %s", async (text, errorCode, said) => {
    expect(await send(text)).toEqual({ status: "error", errorCode, message: expect.stringContaining(said) })
  })

  test("gets a short response that clients can parse", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.oneof(
          fc.string(),
          fc.json(),
          fc.string().map((action) => JSON.stringify({ action })),
        ),
        async (text) => {
          const { body } = await invoke("$default", text)
          expect(parseServerMessage(body ?? "")).toBeDefined()
          expect(body?.length).toBeLessThan(600)
        },
      ),
    )
  })
})
