// Attacks on the tickets of the WebSocket API, with a real table: used, expired, foreign, truncated, stolen and logged.
import { Logger } from "@aws-lambda-powertools/logger"
import { ScanCommand } from "@aws-sdk/lib-dynamodb"
import type { APIGatewayRequestAuthorizerEvent } from "aws-lambda"
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from "vitest"
import { lambdaContext, silentLogger } from "../../test/lambda-context.ts"
import { type LocalTables, startLocalTables } from "../../test/local-tables.ts"
import { createTicketsTable, type TicketsTable } from "../storage/tickets-table.ts"
import { createTicketAuthorizer } from "./authorize-ticket.ts"

let local: LocalTables
let tableName: string
let tickets: TicketsTable
let now = 0
let authorize: (ticket?: string) => Promise<{ effect: string | undefined; context: unknown; principalId: string }>

const methodArn = "arn:aws:execute-api:eu-west-1:111122223333:api/dev/$connect"
const session = () => ({ userId: "alice", expiresAt: Math.floor(now / 1000) + 900 })

beforeAll(async () => {
  local = await startLocalTables()
})
afterAll(() => local.close())
beforeEach(async () => {
  now = Date.parse("2026-11-22T21:00:00Z")
  tableName = (await local.newTables()).ticketsTableName
  tickets = createTicketsTable(local.client, tableName, () => now)
  authorize = authorizerWith(silentLogger())
})
afterEach(() => vi.restoreAllMocks())

function authorizerWith(logger: Logger) {
  const authorizer = createTicketAuthorizer({ tickets, logger })
  return async (ticket?: string) => {
    const queryStringParameters = ticket === undefined ? null : { ticket }
    const requestContext = { connectionId: "a=" }
    const event = { type: "REQUEST", methodArn, queryStringParameters, requestContext }
    const result = await authorizer(event as unknown as APIGatewayRequestAuthorizerEvent, lambdaContext())
    const [statement] = result.policyDocument.Statement
    expect(statement).toMatchObject({ Action: "execute-api:Invoke", Resource: methodArn })
    return { effect: statement?.Effect, context: result.context, principalId: result.principalId }
  }
}

const denied = { effect: "Deny", context: undefined, principalId: "unknown" }

test("a ticket opens one connection, which knows the user and the end of the session", async () => {
  const { ticket, expiresAtMs } = await tickets.create(session())
  expect(expiresAtMs - now).toBe(60_000)
  const { userId: sub, expiresAt: exp } = session()
  expect(await authorize(ticket)).toEqual({ effect: "Allow", context: { sub, exp }, principalId: "alice" })
})

test("a ticket has 128 random bits, and no two are the same", async () => {
  const made = await Promise.all(Array.from({ length: 50 }, () => tickets.create(session())))
  const bytes = made.map(({ ticket }) => Buffer.from(ticket, "base64url").toString("hex"))
  expect(bytes.every((hex) => hex.length === 32)).toBe(true)
  expect(new Set(bytes).size).toBe(50)
})

describe("a handshake is denied with", () => {
  test("a ticket that was used before, also when both handshakes arrive at once", async () => {
    const { ticket } = await tickets.create(session())
    const effects = (await Promise.all([authorize(ticket), authorize(ticket)])).map(({ effect }) => effect)
    expect(effects.toSorted()).toEqual(["Allow", "Deny"])
    expect(await authorize(ticket)).toEqual(denied)
  })

  test("a ticket that has expired, although the table still has it", async () => {
    const { ticket } = await tickets.create(session())
    now += 59_000
    const later = await tickets.create(session())
    now += 1_000
    expect(await authorize(ticket)).toEqual(denied)
    expect((await authorize(later.ticket)).effect).toBe("Allow")
  })

  test("a ticket whose session has ended since", async () => {
    const { ticket } = await tickets.create({ userId: "alice", expiresAt: now / 1000 + 10 })
    now += 10_000
    expect(await authorize(ticket)).toEqual(denied)
  })

  test("a ticket of another environment", async () => {
    const { ticketsTableName } = await local.newTables()
    const { ticket } = await createTicketsTable(local.client, ticketsTableName, () => now).create(session())
    expect(await authorize(ticket)).toEqual(denied)
  })

  test("a truncated, extended or changed ticket, the hash of one, and none", async () => {
    const { ticket } = await tickets.create(session())
    const { Items = [] } = await local.client.send(new ScanCommand({ TableName: tableName }))
    const changed = `${ticket.startsWith("A") ? "B" : "A"}${ticket.slice(1)}`
    const wrong = [
      ticket.slice(0, -1),
      `${ticket}A`,
      changed,
      ticket.toUpperCase(),
      Items[0]?.ticketHash,
      "",
      undefined,
    ]
    for (const text of wrong) expect(await authorize(text)).toEqual(denied)
    expect((await authorize(ticket)).effect).toBe("Allow")
  })
})

describe("a ticket is in no", () => {
  test("table: only its hash is stored", async () => {
    const { ticket } = await tickets.create(session())
    const { Items } = await local.client.send(new ScanCommand({ TableName: tableName }))
    expect(Items).toHaveLength(1)
    expect(JSON.stringify(Items)).not.toContain(ticket)
  })

  test("log of the authorizer, whether it accepts or rejects it, at the most detailed level", async () => {
    const lines: string[] = []
    const write = (text: unknown) => lines.push(String(text)) > 0
    vi.spyOn(process.stdout, "write").mockImplementation(write)
    vi.spyOn(process.stderr, "write").mockImplementation(write)
    for (const level of ["debug", "info", "warn", "error"] as const) {
      vi.spyOn(console, level).mockImplementation((text) => void lines.push(String(text)))
    }
    vi.stubEnv("POWERTOOLS_DEV", "true")
    const logging = authorizerWith(new Logger({ logLevel: "TRACE" }))
    vi.unstubAllEnvs()
    const { ticket } = await tickets.create(session())
    await logging(ticket)
    await logging(ticket)
    vi.restoreAllMocks()
    const log = lines.join("\n")
    expect(log).toContain("ticket accepted")
    expect(log).toContain("ticket rejected")
    expect(log).not.toContain(ticket)
  })
})
