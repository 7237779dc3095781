// The keys of user pools: two for each, with ids of their own.
import { expect, test } from "vitest"
import { createSigningKeys } from "./signing-keys.ts"

test("a pool has two keys, and no other pool has one of them at the same time", async () => {
  const pools = [await createSigningKeys(), await createSigningKeys()]
  const moduli = pools.flatMap(({ id, access }) => [id.publicKey.n, access.publicKey.n])
  expect(new Set(moduli).size).toBe(4)
})

test("a released key pair signs for the next pool, under another key id", async () => {
  const { id, access } = await createSigningKeys()
  for (const key of [id, access]) key.release()
  const next = await createSigningKeys()
  expect(new Set([next.id.publicKey.n, next.access.publicKey.n])).toEqual(new Set([id.publicKey.n, access.publicKey.n]))
  expect([id.keyId, access.keyId]).not.toContain(next.id.keyId)
  expect([id.keyId, access.keyId]).not.toContain(next.access.keyId)
})
