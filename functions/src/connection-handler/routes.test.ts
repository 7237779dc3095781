// What a connection is answered, over real tables.
import { parseServerMessage, type ServerMessage } from "@document-insight/protocol"
import type { APIGatewayProxyWebsocketEventV2 } from "aws-lambda"
import fc from "fast-check"
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest"
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
  handler = createConnectionHandler({ documents, watchers, logger: silentLogger() })
  await documents.create({ documentId: "d1", fileName: "a.pdf", contentType: "application/pdf" })
})

function invoke(routeKey: string, body?: string) {
  const requestContext = { routeKey, connectionId: "a=", stage: "dev" }
  return handler({ requestContext, body } as APIGatewayProxyWebsocketEventV2, lambdaContext())
}

/** Sends a text as API Gateway routes it, and gives the answer as a client reads it. */
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
  it("is answered with where the document stands, and stored", async () => {
    expect(await send(`{"action":"progress","documentId":"d1"}`)).toMatchObject({ status: "waiting", sequence: 1 })
    expect(await watchers.connectionsWatching("d1")).toEqual(["a="])
  })

  it("misses nothing that is stored while it is asked for: the row is there before the document is read", async () => {
    const spied = createConnectionHandler({
      watchers,
      logger: silentLogger(),
      documents: {
        ...documents,
        async find(documentId) {
          expect(await watchers.connectionsWatching(documentId)).toEqual(["a="])
          return documents.find(documentId)
        },
      },
    })
    const requestContext = { routeKey: "progress", connectionId: "a=" }
    const event = { requestContext, body: `{"action":"progress","documentId":"d1"}` } as APIGatewayProxyWebsocketEventV2
    expect((await spied(event, lambdaContext())).body).toContain("waiting")
  })

  it("ends when it is asked to, and only for that document", async () => {
    await documents.create({ documentId: "d2", fileName: "b.pdf", contentType: "application/pdf" })
    await send(`{"action":"progress","documentId":"d1"}`)
    await send(`{"action":"progress","documentId":"d2"}`)
    expect(await send(`{"action":"progress","documentId":"d1","watch":false}`)).toEqual({
      status: "unwatched",
      documentId: "d1",
    })
    expect(await watchers.connectionsWatching("d1")).toEqual([])
    expect(await watchers.connectionsWatching("d2")).toEqual(["a="])
  })

  it("an unknown document is answered with an error that is final, and watches nothing", async () => {
    const answer = await send(`{"action":"progress","documentId":"nope"}`)
    expect(answer).toMatchObject({ status: "error", errorCode: "DOCUMENT_NOT_FOUND", recoverable: false, sequence: 0 })
    expect(await watchers.connectionsWatching("nope")).toEqual([])
  })

  it("a finished document is answered with its end, and watches nothing", async () => {
    await documents.abandon("d1", "PROCESSING_FAILED", "It could not be read.")
    const answer = await send(`{"action":"progress","documentId":"d1"}`)
    expect(answer).toMatchObject({ status: "error", errorCode: "PROCESSING_FAILED", message: "It could not be read." })
    expect(await watchers.connectionsWatching("d1")).toEqual([])
  })

  it.each([
    [`{"action":"progress"}`, "documentId"],
    [`{"action":"progress","documentId":7}`, "documentId"],
    [`{"action":"progress","documentId":""}`, "documentId"],
    [`{"action":"progress","documentId":"${"x".repeat(129)}"}`, "documentId"],
    [`{"action":"progress","documentId":"d1","watch":"no"}`, "watch"],
  ])("%s is answered in words that name %s", async (text, field) => {
    expect(await send(text)).toEqual({
      status: "error",
      errorCode: "BAD_REQUEST",
      message: expect.stringContaining(`"${field}"`),
    })
  })
})

describe("a connection", () => {
  it("may come", async () => {
    expect(await invoke("$connect")).toEqual({ statusCode: 200 })
  })

  it("is forgotten when it goes", async () => {
    await send(`{"action":"progress","documentId":"d1"}`)
    expect(await invoke("$disconnect")).toEqual({ statusCode: 200 })
    expect(await watchers.connectionsWatching("d1")).toEqual([])
  })
})

describe("any other message", () => {
  it("a ping is answered with a pong", async () => {
    expect(await send(`{"action":"ping"}`)).toEqual({ status: "pong" })
  })

  it.each([
    ["hello", "BAD_REQUEST", "not JSON"],
    ["", "BAD_REQUEST", "not JSON"],
    ["null", "BAD_REQUEST", `no "action"`],
    ["[]", "BAD_REQUEST", `no "action"`],
    [`{"action":1}`, "BAD_REQUEST", `no "action"`],
    [`{"action":"subscribe"}`, "UNKNOWN_ACTION", `"subscribe"`],
  ])("%j is answered %s", async (text, errorCode, said) => {
    expect(await send(text)).toEqual({ status: "error", errorCode, message: expect.stringContaining(said) })
  })

  it("whatever it is, the answer is one that clients understand, and short", async () => {
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
