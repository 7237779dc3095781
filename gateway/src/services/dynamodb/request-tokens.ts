// Remembers the tokens of transactions, so that a transaction that is sent twice is made once, also after a restart.
import { createHash } from "node:crypto"
import type { Clock } from "../../foundation/clock.ts"
import { isRecord } from "../../foundation/is-record.ts"
import { dynamoDbError } from "./dynamodb-error.ts"
import type { BatchOperation, Store } from "./package-operations.ts"

type Used = { hash: string; expiresAt: number }

export type RequestTokens = {
  /**
   * @returns undefined when the transaction was made before
   * @throws DynamoDbError when it is being made, or when the token was used for another one
   */
  begin(token: string, request: object): Promise<TokenUse | undefined>
}

export type TokenUse = {
  /** For the batch that makes the transaction. */
  operations(): BatchOperation[]
  end(isMade: boolean): void
}

// AWS: a token is valid for ten minutes (dynamodb-transact-token)
const VALID_MS = 600_000
const PREFIX = "transaction~"

export function createRequestTokens(store: Pick<Store, "db">, clock: Pick<Clock, "now">): RequestTokens {
  const running = new Set<string>()
  let reading: Promise<Map<string, Used>> | undefined

  /** In the order in which they expire, in which later ones are added. */
  async function readKept(): Promise<Map<string, Used>> {
    const kept = new Map<string, Used>()
    for await (const [key, value] of store.db.iterator({ gte: PREFIX, lt: `${PREFIX}\uffff` })) {
      if (isRecord(value)) kept.set(key.slice(PREFIX.length), value as unknown as Used)
    }
    return new Map([...kept].toSorted(([, one], [, other]) => one.expiresAt - other.expiresAt))
  }

  /** Read once. After a failure, the next transaction reads again. */
  function usedTokens(): Promise<Map<string, Used>> {
    reading ??= readKept().catch((error: unknown) => {
      reading = undefined
      throw error
    })
    return reading
  }

  return {
    async begin(token, request) {
      const used = await usedTokens()
      const hash = createHash("sha256").update(JSON.stringify(request)).digest("hex")
      if (running.has(token)) {
        const message = "The transaction with the given request token is already in progress"
        throw dynamoDbError("TransactionInProgressException", message)
      }
      const before = used.get(token)
      if (before && before.expiresAt > clock.now()) {
        if (before.hash === hash) return undefined
        const message = "The request token was used with other parameters within the last ten minutes"
        throw dynamoDbError("IdempotentParameterMismatchException", message)
      }
      running.add(token)
      const use: Used = { hash, expiresAt: clock.now() + VALID_MS }
      const expired = expiredTokens(used, clock.now())
      return {
        operations: () => [
          ...expired.map((one): BatchOperation => ({ type: "del", key: PREFIX + one })),
          { type: "put", key: PREFIX + token, value: use },
        ],
        end(isMade) {
          running.delete(token)
          if (!isMade) return
          for (const one of expired) used.delete(one)
          used.set(token, use)
        },
      }
    },
  }
}

function expiredTokens(used: ReadonlyMap<string, Used>, now: number): string[] {
  const expired: string[] = []
  for (const [token, { expiresAt }] of used) {
    if (expiresAt > now) break
    expired.push(token)
  }
  return expired
}
