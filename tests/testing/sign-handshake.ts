// Signs a WebSocket handshake or an HTTP request with AWS credentials, in the headers or, as browsers have to, in the URL.
import { createHash, createHmac } from "node:crypto"
import { SignatureV4 } from "@smithy/signature-v4"

type Keys = { accessKeyId: string; secretAccessKey: string; sessionToken?: string }
type Options = { service?: string; region?: string; signedAt?: Date; method?: string; body?: string }

/** @param url `ws://localhost:PORT/{stage}` @returns the headers to send along */
export async function signedHeaders(url: string, keys: Keys, options: Options = {}): Promise<Record<string, string>> {
  const { signer, request, signingDate } = prepare(url, keys, options)
  const { host: _, ...headers } = (await signer.sign(request, { signingDate })).headers
  return headers
}

/** @returns the presigned URL, valid for five minutes */
export async function presignedUrl(url: string, keys: Keys, options: Options = {}): Promise<string> {
  const { signer, request, signingDate } = prepare(url, keys, options)
  const { query = {} } = await signer.presign(request, { signingDate, expiresIn: 300 })
  return `${url}?${new URLSearchParams(query as Record<string, string>)}`
}

function prepare(url: string, keys: Keys, options: Options) {
  const { service = "execute-api", region = "us-east-1", signedAt = new Date(), method = "GET", body } = options
  const { host, hostname, pathname } = new URL(url)
  const signer = new SignatureV4({ credentials: keys, region, service, sha256: Sha256 as never })
  const request = { method, protocol: "ws:", hostname, path: pathname, query: {}, headers: { host }, body }
  return { signer, request, signingDate: signedAt }
}

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
