// Finds the public key of an issuer by its key id, with a cache: discovery document, then JSON Web Key Set.
import type { OutgoingRequest, OutgoingResult } from "../../definition/outgoing-request.ts"
import type { Clock } from "../../foundation/clock.ts"
import { isRecord } from "../../foundation/is-record.ts"
import { parseJsonObject } from "../../foundation/parse-json.ts"

/** A JSON Web Key, as the issuer publishes it. */
export type PublicKey = Readonly<Record<string, unknown>>

/** `problem`: the line of the log that says why there is no key. */
export type FoundKey = { key: PublicKey } | { problem: string }

export type FindKey = (issuer: string, keyId: string) => Promise<FoundKey>

export type IssuerKeysOptions = {
  clock: Clock
  /** Never rejects. */
  sendRequest(request: OutgoingRequest): Promise<OutgoingResult>
}

/** AWS: the keys of an issuer can be cached for two hours (http-jwt-key-cache) */
const CACHE_MS = 2 * 60 * 60_000
/** AWS: an issuer has 1.5 seconds to respond (http-jwt-issuer-timeout) */
const TIMEOUT_MS = 1500
/** Tokens with unknown key ids cause one request in this time at most. */
const MIN_REFRESH_MS = 30_000

type KeySet = { keys: ReadonlyMap<string, PublicKey>; fetchedAt: number }

export function createFindKey({ clock, sendRequest }: IssuerKeysOptions): FindKey {
  const cached = new Map<string, KeySet>()
  const running = new Map<string, Promise<KeySet | { problem: string }>>()

  function fetchOnce(issuer: string): Promise<KeySet | { problem: string }> {
    const known = running.get(issuer)
    if (known) return known
    const started = fetchKeySet(issuer).finally(() => running.delete(issuer))
    running.set(issuer, started)
    return started
  }

  async function fetchKeySet(issuer: string): Promise<KeySet | { problem: string }> {
    const discovery = await fetchJson(`${issuer.replace(/\/$/, "")}/.well-known/openid-configuration`)
    if ("problem" in discovery) return { problem: `OIDC discovery endpoint communication error: ${discovery.problem}` }
    const { jwks_uri: address } = discovery.json
    if (typeof address !== "string") return { problem: "The discovery document has no jwks_uri" }
    const set = await fetchJson(address)
    if ("problem" in set) return { problem: `JWKS communication error: ${set.problem}` }
    const keySet = { keys: readKeys(set.json.keys), fetchedAt: clock.now() }
    // A failure is not cached: the next request tries again.
    cached.set(issuer, keySet)
    return keySet
  }

  async function fetchJson(address: string): Promise<{ json: Record<string, unknown> } | { problem: string }> {
    if (!mayFetch(address)) return { problem: `${address} is not an https address` }
    const { host } = new URL(address)
    const headers = { host, accept: "application/json" }
    const request = { method: "GET", url: address, headers, body: Buffer.alloc(0), timeoutMs: TIMEOUT_MS }
    const result = await sendRequest(request)
    if (result.outcome === "timed-out") return { problem: `${address} did not respond in time` }
    if (result.outcome !== "responded") return { problem: result.message }
    if (result.status !== 200) return { problem: `${address} responded with ${result.status}` }
    const json = parseJsonObject(result.body.toString("utf8"))
    return json ? { json } : { problem: `${address} did not respond with a JSON object` }
  }

  return async (issuer, keyId) => {
    const known = cached.get(issuer)
    const age = known ? clock.now() - known.fetchedAt : Number.POSITIVE_INFINITY
    const found = age < CACHE_MS ? known?.keys.get(keyId) : undefined
    if (found) return { key: found }
    // AWS?: a key id that is not in the cache is looked up again (http-jwt-key-refresh)
    const keySet = known && age < MIN_REFRESH_MS ? known : await fetchOnce(issuer)
    if ("problem" in keySet) return keySet
    const key = keySet.keys.get(keyId)
    return key
      ? { key }
      : { problem: `The issuer ${issuer} has no key with the id ${JSON.stringify(keyId.slice(0, 100))}` }
  }
}

/** Plain HTTP is for issuers on this machine. */
function mayFetch(address: string): boolean {
  if (!URL.canParse(address)) return false
  const { protocol, hostname } = new URL(address)
  return protocol === "https:" || (protocol === "http:" && /^(localhost|127\.0\.0\.1|\[::1\])$/.test(hostname))
}

function readKeys(keys: unknown): Map<string, PublicKey> {
  const list = Array.isArray(keys) ? keys : []
  return new Map(list.flatMap((key: unknown) => (isRecord(key) && typeof key.kid === "string" ? [[key.kid, key]] : [])))
}
