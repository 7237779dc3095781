// The server's side of SRP: what it rejects. The contract tests of the user pools API sign in with it.
import { createHmac, getDiffieHellman, randomBytes } from "node:crypto"
import { expect, test } from "vitest"
import { createVerifier, exchangeKeys, isProof, verifies } from "./srp.ts"

const N = BigInt(`0x${getDiffieHellman("modp15").getPrime("hex")}`)
const verifier = createVerifier("poolalice", "a password")

test("a verifier recognizes the password that is sent to it", () => {
  expect(verifies(verifier, "poolalice", "a password")).toBe(true)
  expect(verifies(verifier, "poolalice", "another password")).toBe(false)
  expect(verifies(verifier, "poolbob", "a password")).toBe(false)
})

test.each([
  ["0", "0"],
  ["0 with other digits", "00"],
  ["a multiple of the prime", (2n * N).toString(16)],
  ["nothing", ""],
  ["a text", "text"],
  ["a number that is too long", "1".repeat(1025)],
])("the key of a client is rejected when it is %s", (_, key) => {
  expect(exchangeKeys(verifier, key)).toBe(undefined)
})

test("each exchange has another key of the server and another key of the proof", () => {
  const [first, second] = [exchangeKeys(verifier, "abc"), exchangeKeys(verifier, "ABC")]
  expect(first?.serverKey).toMatch(/^[0-9a-f]{700,768}$/)
  expect(first?.key).toHaveLength(16)
  expect(second).not.toEqual(first)
})

test("a proof has every part signed", () => {
  const key = randomBytes(16)
  const claim = { poolName: "pool", username: "alice", secretBlock: btoa("block"), timestamp: "now" }
  const signature = createHmac("sha256", key).update("poolaliceblocknow").digest("base64")
  expect(isProof(key, { ...claim, signature })).toBe(true)
  for (const change of [{ poolName: "p" }, { username: "bob" }, { secretBlock: btoa("b") }, { timestamp: "then" }]) {
    expect(isProof(key, { ...claim, signature, ...change })).toBe(false)
  }
  expect(isProof(randomBytes(16), { ...claim, signature })).toBe(false)
  expect(isProof(key, { ...claim, signature: "AAAA" })).toBe(false)
})
