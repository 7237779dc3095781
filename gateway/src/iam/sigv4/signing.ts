// Computes Signature Version 4: canonical request, string to sign, signature.
// AWS: the signature is calculated as documented (permissions-signature)
import { createHmac, createSecretKey, hash, type KeyObject } from "node:crypto"
import type { Credentials } from "../../definition/credentials.ts"
import { decodePercent } from "../../foundation/request-target.ts"

export const algorithm = "AWS4-HMAC-SHA256"
export const emptySha256 = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"

export type Scope = { date: string; region: string; service: string }

export type CanonicalParts = {
  method: string
  canonicalPath: string
  canonicalQuery: string
  /** Lower-case names, in the order in which they were signed. */
  signedHeaders: string[]
  headers: Readonly<Record<string, string | string[] | undefined>>
  payloadHash: string
}

/** The signature as 32 bytes. */
export function sign(credentials: Credentials, scope: Scope, signedAt: string, parts: CanonicalParts): Buffer {
  const { date, region, service } = scope
  const text = `${algorithm}\n${signedAt}\n${date}/${region}/${service}/aws4_request\n${hash("sha256", canonicalRequest(parts))}`
  return signText(credentials, scope, text)
}

/** Of a text that is signed as it is, such as the policy of an upload form. */
export function signText(credentials: Credentials, scope: Scope, text: string): Buffer {
  return hmac(signingKey(credentials, scope), text)
}

function canonicalRequest(parts: CanonicalParts): string {
  let headers = ""
  for (const name of parts.signedHeaders) headers += `${name}:${canonicalValue(parts.headers[name])}\n`
  return `${parts.method}\n${parts.canonicalPath}\n${parts.canonicalQuery}\n${headers}\n${parts.signedHeaders.join(";")}\n${parts.payloadHash}`
}

function canonicalValue(value: string | string[] | undefined): string {
  const text = Array.isArray(value) ? value.join(",") : (value ?? "")
  return text.replaceAll(/\s+/g, " ").trim()
}

// A signing key is derived from the secret in four steps and is valid for a day. The cache is keyed by the credentials
// object, so that it is collected with them. It keeps key objects, because Node.js takes 16 µs to make one of a buffer.
const signingKeys = new WeakMap<Credentials, Map<string, KeyObject>>()

function signingKey(credentials: Credentials, { date, region, service }: Scope): KeyObject {
  const keys = signingKeys.get(credentials) ?? new Map<string, KeyObject>()
  signingKeys.set(credentials, keys)
  const name = `${date}/${region}/${service}`
  const known = keys.get(name)
  if (known) return known
  const secret = Buffer.from(`AWS4${credentials.secretAccessKey}`)
  const key = createSecretKey([date, region, service, "aws4_request"].reduce<Buffer>(hmac, secret))
  keys.set(name, key)
  return key
}

function hmac(key: Buffer | KeyObject, text: string): Buffer {
  return createHmac("sha256", key).update(text).digest()
}

/**
 * The canonical path.
 * AWS: every service but S3 normalizes the path and encodes it once more (permissions-signature)
 * @param path as on the wire, percent-encoded, without the query
 */
export function canonicalPath(path: string, service: string): string {
  if (service === "s3") return path
  const segments: string[] = []
  for (const segment of path.split("/")) {
    if (segment === "..") segments.pop()
    else if (segment !== "" && segment !== ".") segments.push(encode(segment))
  }
  return `/${segments.join("/")}${segments.length > 0 && path.endsWith("/") ? "/" : ""}`
}

/** The canonical query: decoded, encoded uniformly, sorted, without the signature. */
export function canonicalQuery(query: string): string {
  if (query === "") return ""
  const pairs: [name: string, value: string][] = []
  for (const [name, value] of queryPairs(query)) {
    if (name !== "X-Amz-Signature") pairs.push([encode(name), encode(value)])
  }
  pairs.sort(([nameA, valueA], [nameB, valueB]) => compare(nameA, nameB) || compare(valueA, valueB))
  return pairs.map(([name, value]) => `${name}=${value}`).join("&")
}

/** Names and values of a raw query, decoded. A plus sign stays a plus sign: AWS encodes a space as `%20`. */
export function queryPairs(query: string): [name: string, value: string][] {
  if (query === "") return []
  return query
    .split("&")
    .filter(Boolean)
    .map((pair) => {
      const at = pair.indexOf("=")
      return at < 0 ? [decode(pair), ""] : [decode(pair.slice(0, at)), decode(pair.slice(at + 1))]
    })
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}

/** AWS: everything but letters, digits and `-._~` is percent-encoded (permissions-signature) */
function encode(text: string): string {
  return encodeURIComponent(text).replaceAll(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  )
}

/** An invalid encoding is signed as it is. */
function decode(text: string): string {
  return decodePercent(text) ?? text
}
