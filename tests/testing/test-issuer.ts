// An issuer of tokens on a local port, whose keys and tokens a test chooses.
import { once } from "node:events"
import { createServer, type ServerResponse } from "node:http"
import type { AddressInfo } from "node:net"
import { type CryptoKey, exportJWK, generateKeyPair, type JWK, type JWTHeaderParameters, SignJWT } from "jose"
import { onTestFinished } from "vitest"

export type TestIssuer = {
  url: string
  /** The paths that were requested so far. */
  requests: string[]
  /** Replaces the published keys by a new one. */
  rotate(kid: string): Promise<void>
  /** Responds to the next requests with this status. */
  fail(status: number | undefined): void
  sign(
    claims: Record<string, unknown>,
    header?: Partial<JWTHeaderParameters>,
    key?: CryptoKey | Uint8Array,
  ): Promise<string>
  /** The published keys. */
  keys(): JWK[]
}

const createKey = () => generateKeyPair("RS256", { extractable: true })

/** The first key of every issuer: creating one takes longer than most tests. */
let firstKey: ReturnType<typeof createKey> | undefined

export async function startIssuer(): Promise<TestIssuer> {
  const requests: string[] = []
  let failure: number | undefined
  let published: JWK[] = []
  let kid = ""
  let privateKey: CryptoKey
  const server = createServer(({ url = "" }, response) => {
    requests.push(url)
    const json = (body: unknown) => respond(response, failure ?? 200, body)
    json(url.endsWith("/jwks") ? { keys: published } : { issuer: address(), jwks_uri: `${address()}/jwks` })
  })
  const address = () => `http://localhost:${(server.address() as AddressInfo).port}`
  server.listen(0, "127.0.0.1")
  await once(server, "listening")
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  async function publish(newKid: string, key: ReturnType<typeof createKey>): Promise<void> {
    const pair = await key
    kid = newKid
    privateKey = pair.privateKey
    published = [{ ...(await exportJWK(pair.publicKey)), kid, alg: "RS256", use: "sig" }]
  }
  firstKey ??= createKey()
  await publish("first", firstKey)
  return {
    url: address(),
    requests,
    rotate: (newKid) => publish(newKid, createKey()),
    keys: () => published,
    fail(status) {
      failure = status
    },
    sign: (claims, header = {}, key = privateKey) =>
      new SignJWT(claims).setProtectedHeader({ alg: "RS256", kid, ...header }).sign(key),
  }
}

function respond(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body))
}
