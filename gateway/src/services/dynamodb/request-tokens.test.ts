// How long a token of a transaction is remembered, and what a second transaction with it receives.
import { expect, test } from "vitest"
import { ManualClock } from "../../foundation/manual-clock.ts"
import { createRequestTokens, type TokenUse } from "./request-tokens.ts"

const TEN_MINUTES = 600_000

/** The part of the database that keeps tokens, in memory. */
function database() {
  const values = new Map<string, unknown>()
  const db = {
    async *iterator({ gte, lt }: { gte: string; lt: string }) {
      for (const [key, value] of [...values]) if (key >= gte && key < lt) yield [key, value] as const
    },
  }
  return { values, store: { db } as never }
}

function create() {
  const { values, store } = database()
  const clock = new ManualClock()
  const start = () => createRequestTokens(store, clock)
  const tokens = start()
  /** Makes a transaction, as its batch does. */
  const make = (use: TokenUse | undefined) => {
    for (const operation of use?.operations() ?? []) {
      if (operation.type === "put") values.set(operation.key, operation.value)
      else values.delete(operation.key)
    }
    use?.end(true)
  }
  return { clock, tokens, make, keys: () => [...values.keys()], restart: start }
}

const request = { TransactItems: [{ Put: "a" }] }
const other = { TransactItems: [{ Put: "b" }] }
const code = (name: string) => ({ body: { __type: `com.amazonaws.dynamodb.v20120810#${name}` } })

test("a transaction is not made again with its token for ten minutes, and then it is", async () => {
  const { clock, tokens, make } = create()
  make(await tokens.begin("t", request))
  clock.advance(TEN_MINUTES - 1)
  expect(await tokens.begin("t", request)).toBeUndefined()
  clock.advance(1)
  expect(await tokens.begin("t", request)).toBeDefined()
})

test("a token can be used for another transaction after ten minutes, and not before", async () => {
  const { clock, tokens, make } = create()
  make(await tokens.begin("t", request))
  clock.advance(TEN_MINUTES - 1)
  await expect(tokens.begin("t", other)).rejects.toMatchObject(code("IdempotentParameterMismatchException"))
  clock.advance(1)
  make(await tokens.begin("t", other))
  expect(await tokens.begin("t", other)).toBeUndefined()
})

test("a token of a transaction that is being made is rejected, and can be used again after a failure", async () => {
  const { tokens } = create()
  const use = await tokens.begin("t", request)
  await expect(tokens.begin("t", request)).rejects.toMatchObject(code("TransactionInProgressException"))
  use?.end(false)
  expect(await tokens.begin("t", other)).toBeDefined()
})

test("tokens are known after a restart until they expire", async () => {
  const { clock, tokens, make, restart } = create()
  make(await tokens.begin("t", request))
  const next = restart()
  expect(await next.begin("t", request)).toBeUndefined()
  clock.advance(TEN_MINUTES)
  expect(await next.begin("t", request)).toBeDefined()
})

test("a transaction reads the tokens again after they could not be read", async () => {
  const { store } = database()
  let reads = 0
  const db = {
    async *iterator(range: { gte: string; lt: string }) {
      reads++
      if (reads === 1) throw new Error("EIO: input/output error")
      yield* (store as Parameters<typeof createRequestTokens>[0]).db.iterator(range)
    },
  }
  const tokens = createRequestTokens({ db } as never, new ManualClock())
  await expect(tokens.begin("t", request)).rejects.toThrow("EIO")
  expect(await tokens.begin("t", request)).toBeDefined()
  expect(await tokens.begin("other", request)).toBeDefined()
  expect(reads).toBe(2)
})

test("the next transaction removes the tokens that have expired from the database", async () => {
  const { clock, tokens, make, keys, restart } = create()
  make(await tokens.begin("old", request))
  clock.advance(1)
  make(await tokens.begin("new", request))
  clock.advance(TEN_MINUTES - 1)
  make(await tokens.begin("next", request))
  expect(keys()).toEqual(["transaction~new", "transaction~next"])
  // A token whose transaction was not made is not kept.
  const use = await tokens.begin("failed", request)
  use?.end(false)
  expect(keys()).toEqual(["transaction~new", "transaction~next"])
  expect(await restart().begin("failed", other)).toBeDefined()
})

test("the time of a transaction does not grow with the tokens of the last ten minutes", async () => {
  const timeOf = async (count: number) => {
    const { tokens, make } = create()
    const startedAt = performance.now()
    for (let index = 0; index < count; index++) make(await tokens.begin(String(index), request))
    return performance.now() - startedAt
  }
  const small = await timeOf(500)
  // Twenty times as many. Quadratic time would be 400 times as long.
  expect(await timeOf(10_000)).toBeLessThan(Math.max(small, 20) * 80)
})
