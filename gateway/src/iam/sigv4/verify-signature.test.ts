// Signatures, with the AWS SDK's own signer as the oracle.
import { createHash, createHmac } from "node:crypto"
import { SignatureV4 } from "@smithy/signature-v4"
import fc from "fast-check"
import { describe, expect, test } from "vitest"
import type { Credentials } from "../../definition/credentials.ts"
import type { SignedRequest } from "../../definition/signed-request.ts"
import { ManualClock } from "../../foundation/manual-clock.ts"
import { administratorOf, CredentialStore, type IssuedCredentials } from "../credentials.ts"
import { signRequest } from "./sign-request.ts"
import { verifySignature } from "./verify-signature.ts"

const now = Date.parse("2026-11-22T21:00:00Z")
const principal = {
  arn: "arn:aws:sts::000000000000:assumed-role/r/f",
  roleArn: "arn:aws:iam::000000000000:role/r",
  accountId: "000000000000",
  administrator: false,
} as const
const store = new CredentialStore(new ManualClock(now))
const session = store.issue(principal)
const administrator = store.issue(administratorOf("000000000000"))

class Sha256 {
  readonly #hash
  constructor(secret?: unknown) {
    this.#hash = secret === undefined ? createHash("sha256") : createHmac("sha256", secret as Buffer)
  }
  update(data: Uint8Array) {
    this.#hash.update(data)
  }
  async digest() {
    return new Uint8Array(this.#hash.digest())
  }
}

type Sent = SignedRequest & { headers: Record<string, string> }
type Ask = {
  method?: string
  path?: string
  query?: Record<string, string | string[]>
  headers?: Record<string, string>
  body?: string
  credentials?: Credentials
  service?: string
  region?: string
  at?: number
  presign?: number
}

/** A request as the SDK signs it, and as it then goes over the wire. */
async function send(ask: Ask = {}): Promise<Sent> {
  const {
    method = "POST",
    path = "/dev/@connections/abc%3D",
    query = {},
    headers = {},
    body = "hello",
    service = "execute-api",
  } = ask
  const signer = new SignatureV4({
    credentials: ask.credentials ?? session,
    region: ask.region ?? "us-east-1",
    service,
    sha256: Sha256 as never,
    uriEscapePath: service !== "s3",
  })
  const hostname = "abc.execute-api.us-east-1.amazonaws.com"
  const request = {
    method,
    protocol: "https:",
    hostname,
    path,
    query,
    headers: { host: hostname, ...headers },
    ...(body !== "" && { body }),
  }
  const signingDate = new Date(ask.at ?? now)
  const signed =
    ask.presign === undefined
      ? await signer.sign(request, { signingDate })
      : await signer.presign(request, { signingDate, expiresIn: ask.presign })
  const pairs = Object.entries(signed.query ?? {}).flatMap(([name, value]) =>
    [value ?? []].flat().map((one) => `${encodeURIComponent(name)}=${encodeURIComponent(one)}`),
  )
  const lowerCase = Object.fromEntries(
    Object.entries(signed.headers).map(([name, value]) => [name.toLowerCase(), value]),
  )
  return {
    method,
    path,
    query: pairs.join("&"),
    headers: lowerCase,
    bodySha256: createHash("sha256").update(body).digest("hex"),
  }
}

function verify(request: SignedRequest, options: { service?: string; region?: string; at?: number } = {}) {
  const { service = "execute-api", region = "us-east-1", at = now } = options
  return verifySignature(request, { service, regions: [region], now: at, find: (id) => store.find(id) })
}

const refusal = (errorType: string, message: string | RegExp) => ({
  outcome: "rejected",
  status: 403,
  errorType,
  message: typeof message === "string" ? message : expect.stringMatching(message),
})
const invalidToken = refusal("UnrecognizedClientException", "The security token included in the request is invalid.")
const mismatch = refusal(
  "InvalidSignatureException",
  /^The request signature we calculated does not match the signature you provided\./,
)

describe("a request that the SDK signed", () => {
  test.each<[string, Ask]>([
    ["with a role's keys", {}],
    ["with the administrator's keys, without a token", { credentials: administrator }],
    ["without a body", { method: "GET", body: "" }],
    ["with an encoded @", { path: "/dev/%40connections/abc%3D" }],
    ["with a slash at its end", { path: "/dev/" }],
    ["to the root", { path: "/" }],
    ["with dots and empty segments in its path", { path: "/dev//a/./b/../c" }],
    ["with a query out of order and characters to encode", { query: { b: "2", a: ["z y", "!'()*"], empty: "" } }],
    ["with spaces inside a header", { headers: { "x-custom": "  a   b " } }],
    ["four minutes ago", { at: now - 4 * 60_000 }],
    ["four minutes from now", { at: now + 4 * 60_000 }],
    ["in its query", { presign: 60, method: "GET", body: "" }],
  ])("%s is verified", async (_, ask) => {
    const expected = ask.credentials === administrator ? administratorOf("000000000000") : principal
    expect(verify(await send(ask))).toEqual({ outcome: "verified", principal: expected })
  })

  test("is verified whatever its path, query and body are", async () => {
    const segment = fc.string({ minLength: 1 }).map((text) => encodeURIComponent(text.toWellFormed()))
    const path = fc.array(segment).map((segments) => `/${segments.join("/")}`)
    const query = fc.dictionary(
      fc.string({ minLength: 1 }).filter((name) => !/^x-amz-|^__proto__$/i.test(name)),
      fc.string(),
    )
    await fc.assert(
      fc.asyncProperty(path, query, fc.string(), async (path, query, body) => {
        expect(verify(await send({ path, query, body })).outcome).toBe("verified")
      }),
    )
  })
})

describe("a request is rejected", () => {
  test("without a signature", () => {
    const bare = { method: "GET", path: "/", query: "", headers: { host: "x" } }
    expect(verify(bare)).toEqual(refusal("MissingAuthenticationTokenException", "Missing Authentication Token"))
  })

  test("with another kind of authorization", async () => {
    const request = await send()
    request.headers.authorization = "Bearer abc"
    expect(verify(request)).toEqual(
      refusal("IncompleteSignatureException", /Authorization header requires 'Credential' parameter\./),
    )
  })

  test.each<[string, (request: Sent) => void, RegExp]>([
    ["no date", (request) => delete request.headers["x-amz-date"], /'X-Amz-Date'/],
    [
      "a date of another form",
      (request) => Object.assign(request.headers, { "x-amz-date": "2026-11-22T21:00:00Z" }),
      /'X-Amz-Date'/,
    ],
    [
      "a short credential",
      (request) => replace(request, /Credential=[^,]+/, "Credential=AKIA/20261122"),
      /5 slash-delimited elements/,
    ],
    ["a short signature", (request) => replace(request, /Signature=\w+/, "Signature=abc"), /64 lower-case/],
    ["an unsigned host", (request) => replace(request, /SignedHeaders=host;/, "SignedHeaders="), /'Host'/],
  ])("with %s", async (_, spoil, message) => {
    const request = await send()
    spoil(request)
    expect(verify(request)).toEqual(refusal("IncompleteSignatureException", message))
  })

  test("with credentials that were not issued, or with the token of others", async () => {
    expect(verify(await send({ credentials: { ...session, accessKeyId: "ASIAUNKNOWNUNKNOWN00" } }))).toEqual(
      invalidToken,
    )
    expect(verify(await send({ credentials: { ...session, sessionToken: "another" } }))).toEqual(invalidToken)
    expect(
      verify(
        await send({ credentials: { accessKeyId: session.accessKeyId, secretAccessKey: session.secretAccessKey } }),
      ),
    ).toEqual(invalidToken)
  })

  test("with the wrong secret", async () => {
    expect(verify(await send({ credentials: { ...session, secretAccessKey: "wrong" } }))).toEqual(mismatch)
  })

  test("for another region, service or day", async () => {
    const type = "InvalidSignatureException"
    expect(verify(await send({ region: "eu-west-1" }))).toEqual(refusal(type, /valid region, not 'eu-west-1'/))
    expect(verify(await send({ service: "lambda" }))).toEqual(refusal(type, /correct service: 'execute-api'/))
    const request = await send()
    replace(request, "/20261122/", "/20261121/")
    expect(verify(request)).toEqual(refusal(type, /Date in Credential scope does not match.*'20261121' != '20261122'/))
  })

  test("when its clock is more than five minutes off", async () => {
    const type = "InvalidSignatureException"
    const message =
      "Signature expired: 20261122T205459Z is now earlier than 20261122T205500Z (20261122T210000Z - 5 min.)"
    expect(verify(await send({ at: now - 301_000 }))).toEqual(refusal(type, message))
    expect(verify(await send({ at: now + 301_000 }))).toEqual(refusal(type, /^Signature not yet current: /))
  })

  test("when a presigned URL has expired", async () => {
    const request = await send({ presign: 60, method: "GET", body: "" })
    expect(verify(request, { at: now + 59_000 }).outcome).toBe("verified")
    expect(verify(request, { at: now + 60_000 })).toEqual(refusal("InvalidSignatureException", /^Signature expired/))
  })

  test("when any part of it was changed in transit", async () => {
    const request = await send({ query: { a: "1" }, headers: { "x-custom": "v" } })
    const change: Record<string, (request: Sent) => Sent> = {
      method: (one) => ({ ...one, method: "DELETE" }),
      path: (one) => ({ ...one, path: `${one.path}x` }),
      query: (one) => ({ ...one, query: "a=2" }),
      "added query": (one) => ({ ...one, query: `${one.query}&b=1` }),
      body: (one) => ({ ...one, bodySha256: "0".repeat(64) }),
      header: (one) => ({ ...one, headers: { ...one.headers, "x-custom": "w" } }),
      date: (one) => ({ ...one, headers: { ...one.headers, "x-amz-date": "20261122T210001Z" } }),
      host: (one) => ({ ...one, headers: { ...one.headers, host: "other" } }),
    }
    for (const [name, apply] of Object.entries(change)) expect(verify(apply(request)), name).toEqual(mismatch)
    expect(verify(request).outcome).toBe("verified")
  })

  test("when any single character of its signature, path, query or body hash differs", async () => {
    const request = await send({ query: { action: "go" } })
    const parts = ["path", "query", "bodySha256", "authorization"] as const
    fc.assert(
      fc.property(
        fc.constantFrom(...parts),
        fc.nat(),
        fc.constantFrom(..."abcdef0123456789"),
        (part, at, character) => {
          const whole = part === "authorization" ? (request.headers.authorization ?? "") : (request[part] ?? "")
          const from = part === "authorization" ? whole.indexOf("Signature=") + 10 : 0
          const index = from + (at % (whole.length - from))
          fc.pre(whole[index] !== character)
          const changed = whole.slice(0, index) + character + whole.slice(index + 1)
          const tampered =
            part === "authorization"
              ? { ...request, headers: { ...request.headers, authorization: changed } }
              : { ...request, [part]: changed }
          expect(verify(tampered).outcome).toBe("rejected")
        },
      ),
      { numRuns: 500 },
    )
  })
})

describe("a request to S3", () => {
  const upload = (ask: Ask = {}) => send({ method: "PUT", path: "/bucket/uploads/a%20b", service: "s3", ...ask })
  const s3 = { service: "s3" }

  test("is verified by header, with the body's hash, unsigned or in chunks", async () => {
    for (const declared of ["UNSIGNED-PAYLOAD", "STREAMING-UNSIGNED-PAYLOAD-TRAILER"]) {
      const { bodySha256: _, ...request } = await upload({ headers: { "x-amz-content-sha256": declared } })
      expect(verify(request, s3).outcome).toBe("verified")
    }
    expect(verify(await upload(), s3).outcome).toBe("verified")
  })

  test("by presigned URL is verified until it expires, then rejected with S3's error", async () => {
    const { bodySha256: _, ...request } = await upload({
      presign: 900,
      headers: { "x-amz-content-sha256": "UNSIGNED-PAYLOAD" },
    })
    expect(verify(request, s3).outcome).toBe("verified")
    expect(verify(request, { ...s3, at: now + 900_000 })).toEqual(refusal("AccessDenied", "Request has expired"))
  })

  test("is rejected with S3's errors", async () => {
    const request = await upload()
    expect(verify({ ...request, path: "/bucket/uploads/other" }, s3)).toEqual(
      refusal("SignatureDoesNotMatch", /calculated does not match/),
    )
    const sneaked = { ...request, headers: { ...request.headers, "x-amz-acl": "public-read" } }
    expect(verify(sneaked, s3)).toEqual(
      refusal("AccessDenied", "There were headers present in the request which were not signed"),
    )
    expect(verify({ ...request, headers: { host: "x" } }, s3)).toEqual(refusal("AccessDenied", "Access Denied"))
    expect(verify(await upload({ credentials: { ...session, accessKeyId: "ASIA0" } }), s3)).toEqual(
      refusal("InvalidAccessKeyId", /does not exist/),
    )
    expect(verify(await upload({ at: now - 16 * 60_000 }), s3)).toEqual(refusal("RequestTimeTooSkewed", /too large/))
  })
})

test("a request that the gateway signs for an integration is verified, with its body and its session", () => {
  const body = Buffer.from("hello")
  const unsigned = { method: "POST", target: "/queue?Action=Send%20it&a=1", headers: { host: "h", "x-a": "b" }, body }
  for (const credentials of [session, administrator]) {
    const headers = signRequest(unsigned, { credentials, service: "sqs", region: "us-east-1", now })
    expect(headers["x-amz-security-token"]).toBe(credentials === session ? session.sessionToken : undefined)
    const request = { method: "POST", path: "/queue", query: "Action=Send%20it&a=1", headers }
    const bodySha256 = createHash("sha256").update(body).digest("hex")
    expect(headers["x-amz-content-sha256"]).toBe(bodySha256)
    expect(verify({ ...request, bodySha256 }, { service: "sqs" }).outcome).toBe("verified")
    expect(verify({ ...request, bodySha256, headers: { ...headers, "x-a": "c" } }, { service: "sqs" })).toEqual(
      mismatch,
    )
  }
})

describe("keys", () => {
  test("have the format of AWS keys", () => {
    expect(session).toEqual({
      accessKeyId: expect.stringMatching(/^ASIA[A-Z2-7]{16}$/),
      secretAccessKey: expect.stringMatching(/^.{40}$/),
      sessionToken: expect.any(String),
    })
    expect(administrator).toEqual({
      accessKeyId: expect.stringMatching(/^AKIA[A-Z2-7]{16}$/),
      secretAccessKey: expect.stringMatching(/^.{40}$/),
    })
  })

  test("are removed once they have expired; the administrator's do not expire", () => {
    const clock = new ManualClock()
    const own = new CredentialStore(clock)
    const short = own.issue(principal, { ttlMs: 1000 })
    const admin = own.issue(administratorOf("000000000000"))
    clock.advance(999)
    expect(own.find(short.accessKeyId)).toMatchObject<Partial<IssuedCredentials>>({ principal })
    clock.advance(1)
    expect(own.find(short.accessKeyId)).toBeUndefined()
    clock.advance(1e12)
    expect(own.find(admin.accessKeyId)).toMatchObject({ principal: { administrator: true } })
  })
})

function replace(request: Sent, from: RegExp | string, to: string): void {
  request.headers.authorization = (request.headers.authorization ?? "").replace(from, to)
}
