// The Secure Remote Password protocol (SRP-6a) as user pools use it: a client proves that it knows the password, which it does
// not send.
// AWS: the numbers, hashes and texts are those of the client in Amplify (cognito-srp)
import { createHash, createHmac, getDiffieHellman, hkdfSync, randomBytes } from "node:crypto"
import { equalBytes } from "../../foundation/equal-bytes.ts"

/** What the server keeps of a password. */
export type SrpVerifier = {
  /** In hexadecimal digits. */
  salt: string
  value: bigint
}

/** A sign-in that waits for the proof of the client. */
export type SrpExchange = {
  /** B, in hexadecimal digits. */
  serverKey: string
  /** Of the proof. */
  key: Buffer
}

// The group of 3072 bits in RFC 3526, section 4.
const N = fromHex(getDiffieHellman("modp15").getPrime("hex"))
const g = 2n
const k = fromHex(sha256(padded(N), padded(g)))
/** Of the server's secret number. */
const SECRET_BYTES = 32
const KEY_BYTES = 16
const KEY_INFO = "Caldera Derived Key"

/** @param identity the name of the pool, which is its id after the underscore, and the username */
export function createVerifier(identity: string, password: string): SrpVerifier {
  const salt = randomBytes(16).toString("hex")
  return { salt, value: verifierValue(identity, password, salt) }
}

export function verifies({ salt, value }: SrpVerifier, identity: string, password: string): boolean {
  return verifierValue(identity, password, salt) === value
}

/**
 * Takes tens of milliseconds.
 * @param clientKey A, in hexadecimal digits
 * @returns undefined for a number that is not a key
 */
export function exchangeKeys({ value }: SrpVerifier, clientKey: string): SrpExchange | undefined {
  if (!/^[0-9a-f]{1,1024}$/i.test(clientKey)) return undefined
  const A = fromHex(clientKey)
  // RFC 5054, section 2.5.4: with 0, every password would be right.
  if (A % N === 0n) return undefined
  const secret = fromHex(randomBytes(SECRET_BYTES).toString("hex"))
  const B = (k * value + power(g, secret)) % N
  const u = fromHex(sha256(padded(A), padded(B)))
  const shared = power(A * power(value, u), secret)
  const key = Buffer.from(hkdfSync("sha256", padded(shared), padded(u), KEY_INFO, KEY_BYTES))
  return { serverKey: B.toString(16), key }
}

export type Claim = {
  poolName: string
  username: string
  /** In base64, as the client received it. */
  secretBlock: string
  timestamp: string
  /** In base64. */
  signature: string
}

export function isProof(key: Buffer, { poolName, username, secretBlock, timestamp, signature }: Claim): boolean {
  const expected = createHmac("sha256", key)
    .update(poolName + username)
    .update(Buffer.from(secretBlock, "base64"))
    .update(timestamp)
    .digest()
  return equalBytes(Buffer.from(signature, "base64"), expected)
}

/** g to the power of x, which comes from the password. */
function verifierValue(identity: string, password: string, salt: string): bigint {
  const inner = Buffer.from(sha256(`${identity}:${password}`), "hex")
  return power(g, fromHex(sha256(padded(fromHex(salt)), inner)))
}

/** Modulo N. */
function power(base: bigint, exponent: bigint): bigint {
  let result = 1n
  let square = base % N
  for (let rest = exponent; rest > 0n; rest >>= 1n) {
    if (rest & 1n) result = (result * square) % N
    square = (square * square) % N
  }
  return result
}

function sha256(...parts: (string | Buffer)[]): string {
  const hash = createHash("sha256")
  for (const part of parts) hash.update(part)
  return hash.digest("hex")
}

/** In the least number of bytes whose first bit is 0. */
function padded(number: bigint): Buffer {
  const hex = number.toString(16)
  const even = hex.length % 2 === 0 ? hex : `0${hex}`
  return Buffer.from(/^[89a-f]/.test(even) ? `00${even}` : even, "hex")
}

function fromHex(hex: string): bigint {
  return BigInt(`0x${hex}`)
}
