// Attacks on documents of other users, through the routes of both APIs with sign-in, with real tables.
import { Logger } from "@aws-lambda-powertools/logger"
import { S3Client } from "@aws-sdk/client-s3"
import { createTicketResponseSchema, parseServerMessage, shareResponseSchema } from "@document-insight/protocol"
import type { APIGatewayProxyEventV2, APIGatewayProxyWebsocketEventV2 } from "aws-lambda"
import * as v from "valibot"
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from "vitest"
import { lambdaContext, silentLogger } from "../test/lambda-context.ts"
import { type LocalTables, startLocalTables } from "../test/local-tables.ts"
import { memoryTexts } from "../test/memory-texts.ts"
import type { ConnectionHandlerDependencies } from "./connection-handler/dependencies.ts"
import { createConnectionHandler } from "./connection-handler/routes.ts"
import { createDocumentsApi } from "./documents-api/routes.ts"
import { createDocumentsTable, type DocumentsTable } from "./storage/documents-table.ts"
import { createTicketsTable, type TicketsTable } from "./storage/tickets-table.ts"
import { createUploadsBucket } from "./storage/uploads-bucket.ts"
import { createWatchersTable, type WatchersTable } from "./storage/watchers-table.ts"

let local: LocalTables
let documents: DocumentsTable
let watchers: WatchersTable
let tickets: TicketsTable
let removed: string[]
let now = 0
let documentId: string

const credentials = { accessKeyId: "AKIAEXAMPLE", secretAccessKey: "secret" }
const s3 = new S3Client({ region: "eu-west-1", credentials, requestChecksumCalculation: "WHEN_REQUIRED" })
const report = JSON.stringify({ fileName: "report.pdf", contentType: "application/pdf", sizeBytes: 1234 })
const notFound = { message: "There is no document with this id. It may have been deleted, or it has expired." }
const endOfSession = () => Math.floor(now / 1000) + 900

beforeAll(async () => {
  local = await startLocalTables()
})
afterAll(() => local.close())
beforeEach(async () => {
  now = Date.parse("2026-11-22T21:00:00Z")
  const names = await local.newTables()
  documents = createDocumentsTable(local.client, names.documentsTableName, () => now)
  watchers = createWatchersTable(local.client, names.watchersTableName, () => now)
  tickets = createTicketsTable(local.client, names.ticketsTableName, () => now)
  removed = []
  documentId = (await call("alice", "POST /documents", { body: report })).body.documentId
})

type CallOptions = { body?: string; id?: string; shareToken?: string | undefined; logger?: Logger }

/** `user`: undefined for a request without claims, as without an authorizer. */
async function call(user: string | undefined, routeKey: string, options: CallOptions = {}) {
  const api = createDocumentsApi({
    documents,
    watchers,
    tickets,
    uploads: { ...createUploadsBucket(s3, "bucket", () => now), remove: async (id) => void removed.push(id) },
    texts: memoryTexts(),
    deadlines: { send: async () => {} },
    uploadQueue: { send: async () => {} },
    bucketName: "bucket",
    notifier: { deliver: async () => "delivered" },
    maxDocumentBytes: 50_000_000,
    logger: options.logger ?? silentLogger(),
  })
  const claims = { sub: user, exp: String(endOfSession()) }
  const event = {
    routeKey,
    headers: options.shareToken === undefined ? {} : { "x-share-token": options.shareToken },
    pathParameters: { documentId: options.id ?? documentId },
    body: options.body ?? "",
    requestContext: user === undefined ? {} : { authorizer: { jwt: { claims, scopes: ["openid"] } } },
  }
  const { statusCode, body = "" } = await api(event as unknown as APIGatewayProxyEventV2, lambdaContext())
  return { statusCode, body: body && JSON.parse(body) }
}

type SendOptions = {
  shareToken?: string | undefined
  exp?: number
  action?: string
  replace?: Partial<ConnectionHandlerDependencies>
}

/** Sends a message over the user's connection, which has the user's name as its id. */
async function send(user: string | undefined, options: SendOptions = {}) {
  const { shareToken, exp = endOfSession(), action = "progress", replace } = options
  const dependencies = { documents, watchers, requiresSignIn: true, logger: silentLogger(), now: () => now, ...replace }
  const requestContext = {
    routeKey: action === "progress" ? action : "$default",
    connectionId: `${user}=`,
    ...(user !== undefined && { authorizer: { principalId: user, sub: user, exp: String(exp) } }),
  }
  const event = { requestContext, body: JSON.stringify({ action, documentId, shareToken }) }
  const handler = createConnectionHandler(dependencies)
  const { body } = await handler(event as unknown as APIGatewayProxyWebsocketEventV2, lambdaContext())
  return parseServerMessage(body ?? "")
}

const watcherPages = () => watchers.connectionsWatching({ documentId, watchersAreSpread: true })
const watching = async () => (await watcherPages()).flatMap(({ connectionIds }) => connectionIds)
const share = async () => v.parse(shareResponseSchema, (await call("alice", "POST /documents/{documentId}/share")).body)

describe("the owner of a document", () => {
  test("reads, watches and deletes it", async () => {
    expect(await call("alice", "GET /documents/{documentId}")).toMatchObject({ statusCode: 200, body: { documentId } })
    expect(await send("alice")).toMatchObject({ status: "waiting", documentId })
    expect(await watching()).toEqual(["alice="])
    expect(await call("alice", "DELETE /documents/{documentId}")).toEqual({ statusCode: 204, body: "" })
  })
})

describe("another user who knows the id", () => {
  test.each([
    "GET /documents/{documentId}",
    "DELETE /documents/{documentId}",
    "GET /documents/{documentId}/pages/{page}",
    "GET /documents/{documentId}/search",
    "POST /documents/{documentId}/password",
  ])("gets 404 for %s", async (routeKey) => {
    expect(await call("bob", routeKey)).toEqual({ statusCode: 404, body: notFound })
    expect(removed).toEqual([])
    expect(await documents.find(documentId)).toBeDefined()
  })

  test.each(["POST", "DELETE"])(
    "gets 404 for %s /documents/{documentId}/share, and changes no link",
    async (method) => {
      const { shareToken } = await share()
      expect(await call("bob", `${method} /documents/{documentId}/share`)).toEqual({ statusCode: 404, body: notFound })
      expect((await call("bob", "GET /documents/{documentId}", { shareToken })).statusCode).toBe(200)
    },
  )

  test("cannot distinguish it from an id that does not exist, in either API", async () => {
    const guessed = await call("bob", "GET /documents/{documentId}", { id: "no-such-id" })
    expect(await call("bob", "GET /documents/{documentId}")).toEqual(guessed)
    const theirs = await send("bob")
    documentId = "no-such-id"
    const absent = await send("bob")
    const same = { documentId: "", timestamp: "" }
    expect({ ...theirs, ...same }).toEqual({ ...absent, ...same })
  })

  test("is never a watcher, not even before the response: the owner is checked before the row is written", async () => {
    const written: string[] = []
    const spied: WatchersTable = {
      ...watchers,
      async watch(watcher) {
        written.push(watcher.connectionId)
        await watchers.watch(watcher)
      },
    }
    expect(await send("bob", { replace: { watchers: spied } })).toMatchObject({ errorCode: "DOCUMENT_NOT_FOUND" })
    expect(written).toEqual([])
  })
})

test("the owner misses no progress: after the row is written, the document is read again", async () => {
  const order: string[] = []
  const find: DocumentsTable["find"] = (id) => {
    order.push("read")
    return documents.find(id)
  }
  const watch: WatchersTable["watch"] = (watcher) => {
    order.push("write")
    return watchers.watch(watcher)
  }
  await send("alice", { replace: { documents: { ...documents, find }, watchers: { ...watchers, watch } } })
  expect(order).toEqual(["read", "write", "read"])
})

describe("a shared link", () => {
  test("lets its bearer read and watch, but neither delete nor share", async () => {
    const { shareToken } = await share()
    expect(await call("bob", "GET /documents/{documentId}", { shareToken })).toMatchObject({ statusCode: 200 })
    for (const route of ["pages/{page}", "search"]) {
      // It is not processed yet: another message than that for a document which does not exist.
      const { body } = await call("bob", `GET /documents/{documentId}/${route}`, { shareToken })
      expect(body).not.toEqual(notFound)
    }
    expect(await send("bob", { shareToken })).toMatchObject({ status: "waiting" })
    expect(await watching()).toEqual(["bob="])
    expect((await call("bob", "DELETE /documents/{documentId}", { shareToken })).statusCode).toBe(404)
    expect((await call("bob", "POST /documents/{documentId}/share", { shareToken })).statusCode).toBe(404)
  })

  test.each(["revoked", "replaced"])("that was %s ends the watching of its bearer, not of the owner", async (how) => {
    const { shareToken } = await share()
    await send("bob", { shareToken })
    await send("alice")
    await call("alice", `${how === "revoked" ? "DELETE" : "POST"} /documents/{documentId}/share`)
    expect(await watching()).toEqual(["alice="])
    expect(await call("bob", "GET /documents/{documentId}", { shareToken })).toEqual({
      statusCode: 404,
      body: notFound,
    })
    expect(await send("bob", { shareToken })).toMatchObject({ errorCode: "DOCUMENT_NOT_FOUND" })
    expect(await watching()).toEqual(["alice="])
  })

  test("that is revoked between the check and the row leaves no watcher", async () => {
    const { shareToken } = await share()
    const watch: WatchersTable["watch"] = async (watcher) => {
      await call("alice", "DELETE /documents/{documentId}/share")
      await watchers.watch(watcher)
    }
    const message = await send("bob", { shareToken, replace: { watchers: { ...watchers, watch } } })
    expect(message).toMatchObject({ errorCode: "DOCUMENT_NOT_FOUND" })
    expect(await watching()).toEqual([])
  })

  test("opens no other document, and is not in the table", async () => {
    const { shareToken } = await share()
    expect(JSON.stringify(await documents.find(documentId))).not.toContain(shareToken)
    documentId = (await call("alice", "POST /documents", { body: report })).body.documentId
    expect((await call("bob", "GET /documents/{documentId}", { shareToken })).statusCode).toBe(404)
    await share()
    expect((await call("bob", "GET /documents/{documentId}", { shareToken })).statusCode).toBe(404)
  })
})

describe("a session", () => {
  test("that has expired ends the connection's use, and says how to go on", async () => {
    const exp = Math.floor(now / 1000) + 10
    await send("alice", { exp })
    now += 10_000
    for (const action of ["progress", "ping"]) {
      expect(await send("alice", { exp, action })).toMatchObject({ errorCode: "SESSION_EXPIRED" })
    }
    expect(await watcherPages()).toEqual([{ partition: documentId, connectionIds: [], endedConnectionIds: ["alice="] }])
  })

  test("is required: a route that was deployed without its authorizer serves nothing", async () => {
    for (const routeKey of ["POST /documents", "GET /documents/{documentId}", "POST /tickets"]) {
      expect((await call(undefined, routeKey, { body: report })).statusCode).toBe(500)
    }
    await expect(send(undefined)).rejects.toThrow("The connection has no session, although sign-in is required.")
  })
})

describe("POST /tickets", () => {
  test("returns a ticket for the session of the request, valid for a minute", async () => {
    const { statusCode, body } = await call("alice", "POST /tickets")
    expect(statusCode).toBe(201)
    const { ticket, expiresAt } = v.parse(createTicketResponseSchema, body)
    expect(expiresAt).toBe("2026-11-22T21:01:00.000Z")
    expect(await tickets.redeem(ticket)).toEqual({ userId: "alice", expiresAt: endOfSession() })
  })

  test("logs neither the ticket nor the secret of a shared link", async () => {
    const lines: string[] = []
    for (const level of ["debug", "info", "warn", "error"] as const) {
      vi.spyOn(console, level).mockImplementation((text) => void lines.push(String(text)))
    }
    vi.stubEnv("POWERTOOLS_DEV", "true")
    const logger = new Logger({ logLevel: "TRACE" })
    const { ticket } = (await call("alice", "POST /tickets", { logger })).body
    const { shareToken } = (await call("alice", "POST /documents/{documentId}/share", { logger })).body
    await call("bob", "GET /documents/{documentId}", { shareToken, logger })
    vi.unstubAllEnvs()
    vi.restoreAllMocks()
    expect(lines.join("\n")).toContain("document shared")
    expect(lines.join("\n")).not.toContain(ticket)
    expect(lines.join("\n")).not.toContain(shareToken)
  })
})

test("a document that was created without sign-in belongs to no user, and one of a user is not open without", async () => {
  await documents.create({ documentId: "anonymous", fileName: "a.pdf", contentType: "application/pdf" })
  expect((await call("alice", "GET /documents/{documentId}", { id: "anonymous" })).statusCode).toBe(404)
  const message = await send(undefined, { replace: { requiresSignIn: false } })
  expect(message).toMatchObject({ errorCode: "DOCUMENT_NOT_FOUND" })
  expect(await watching()).toEqual([])
})
