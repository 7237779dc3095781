// The keys of an issuer: which requests find them, how long they are kept, and why there are none.
import { expect, test } from "vitest"
import type { OutgoingRequest, OutgoingResult } from "../../definition/outgoing-request.ts"
import { ManualClock } from "../../foundation/manual-clock.ts"
import { createFindKey } from "./issuer-keys.ts"

const issuer = "https://issuer.example"
const discoveryUrl = `${issuer}/.well-known/openid-configuration`
const keysUrl = "https://keys.example/jwks"
const key = (kid: string) => ({ kid, kty: "RSA", n: kid })

const json = (body: unknown, status = 200): OutgoingResult => ({
  outcome: "responded",
  status,
  headers: {},
  body: Buffer.from(typeof body === "string" ? body : JSON.stringify(body)),
})

/** An issuer with these responses by address; the others are those of an issuer that works. */
function setUp(responses: Record<string, OutgoingResult> = {}) {
  const current = new Map<string, OutgoingResult>([
    [discoveryUrl, json({ jwks_uri: keysUrl })],
    [keysUrl, json({ keys: [key("a"), { kty: "RSA" }, null] })],
    ...Object.entries(responses),
  ])
  const clock = new ManualClock()
  const requests: OutgoingRequest[] = []
  const findKey = createFindKey({
    clock,
    async sendRequest(request) {
      requests.push(request)
      return current.get(request.url) ?? { outcome: "unreachable", message: `${request.url} is away` }
    },
  })
  const urls = () => requests.map(({ url }) => url)
  const respond = (url: string, response: OutgoingResult) => current.set(url, response)
  return { findKey, clock, requests, urls, respond }
}

test("a key is found by the discovery document and the set that it names, each requested once", async () => {
  const { findKey, requests, urls } = setUp()
  expect(await Promise.all([findKey(issuer, "a"), findKey(issuer, "a")])).toEqual([
    { key: key("a") },
    { key: key("a") },
  ])
  expect(await findKey(issuer, "a")).toEqual({ key: key("a") })
  expect(urls()).toEqual([discoveryUrl, keysUrl])
  // AWS: an issuer has 1.5 seconds to respond (http-jwt-issuer-timeout)
  expect(requests[0]).toEqual({
    method: "GET",
    url: discoveryUrl,
    headers: { host: "issuer.example", accept: "application/json" },
    body: Buffer.alloc(0),
    timeoutMs: 1500,
  })
})

test("an issuer whose name ends with a slash has the same discovery document", async () => {
  const { findKey, urls } = setUp()
  expect(await findKey(`${issuer}/`, "a")).toEqual({ key: key("a") })
  expect(urls()[0]).toBe(discoveryUrl)
})

test("keys are kept for two hours", async () => {
  const { findKey, clock, urls } = setUp()
  await findKey(issuer, "a")
  clock.advance(2 * 60 * 60_000 - 1)
  await findKey(issuer, "a")
  expect(urls()).toHaveLength(2)
  clock.advance(1)
  await findKey(issuer, "a")
  expect(urls()).toHaveLength(4)
})

test("an unknown key is looked up again after 30 seconds at the earliest", async () => {
  const { findKey, clock, urls, respond } = setUp()
  const problem = 'The issuer https://issuer.example has no key with the id "b"'
  expect(await findKey(issuer, "b")).toEqual({ problem })
  respond(keysUrl, json({ keys: [key("b")] }))
  clock.advance(29_999)
  expect(await findKey(issuer, "b")).toEqual({ problem })
  expect(urls()).toHaveLength(2)
  clock.advance(1)
  expect(await findKey(issuer, "b")).toEqual({ key: key("b") })
  expect(urls()).toHaveLength(4)
  // The set replaces the one before it.
  expect(await findKey(issuer, "a")).toHaveProperty("problem")
})

test("a failure is not kept: the next request tries again", async () => {
  const { findKey, respond, urls } = setUp({ [keysUrl]: json("", 503) })
  expect(await findKey(issuer, "a")).toEqual({ problem: `JWKS communication error: ${keysUrl} responded with 503` })
  respond(keysUrl, json({ keys: [key("a")] }))
  expect(await findKey(issuer, "a")).toEqual({ key: key("a") })
  expect(urls()).toHaveLength(4)
})

const discovery = "OIDC discovery endpoint communication error: "
test.each<[responses: Record<string, OutgoingResult>, problem: string]>([
  [{ [discoveryUrl]: { outcome: "unreachable", message: "it is away" } }, `${discovery}it is away`],
  [{ [discoveryUrl]: { outcome: "timed-out" } }, `${discovery}${discoveryUrl} did not respond in time`],
  [{ [discoveryUrl]: json({}, 404) }, `${discovery}${discoveryUrl} responded with 404`],
  [{ [discoveryUrl]: json("[]") }, `${discovery}${discoveryUrl} did not respond with a JSON object`],
  [{ [discoveryUrl]: json("<html>") }, `${discovery}${discoveryUrl} did not respond with a JSON object`],
  [{ [discoveryUrl]: json({ jwks_uri: 7 }) }, "The discovery document has no jwks_uri"],
  [
    { [discoveryUrl]: json({ jwks_uri: "http://keys.example/jwks" }) },
    "JWKS communication error: http://keys.example/jwks is not an https address",
  ],
  [{ [keysUrl]: json({ keys: "none" }) }, 'The issuer https://issuer.example has no key with the id "a"'],
])("there is no key with %j", async (responses, problem) => {
  const { findKey } = setUp(responses)
  expect(await findKey(issuer, "a")).toEqual({ problem })
})

test("a long key id of a token is cut in the problem", async () => {
  const { findKey } = setUp()
  const { problem } = (await findKey(issuer, "x".repeat(1000))) as { problem: string }
  expect(problem).toContain(`"${"x".repeat(100)}"`)
})

test.each(["http://localhost:4003/pool", "http://127.0.0.1:4003", "http://[::1]:4003"])(
  "%s, an issuer on this machine, may use plain HTTP",
  async (local) => {
    const { findKey } = setUp({
      [`${local}/.well-known/openid-configuration`]: json({ jwks_uri: keysUrl }),
    })
    expect(await findKey(local, "a")).toEqual({ key: key("a") })
  },
)

test.each(["http://issuer.example", "ftp://issuer.example", "issuer"])("%s is not requested", async (other) => {
  const { findKey, urls } = setUp()
  expect(await findKey(other, "a")).toEqual({
    problem: `${discovery}${other}/.well-known/openid-configuration is not an https address`,
  })
  expect(urls()).toEqual([])
})
