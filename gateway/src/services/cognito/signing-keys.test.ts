// The keys of user pools: two for each, with ids of their own.
import { expect, test } from "vitest"
import { PoolKeys } from "./signing-keys.ts"

test("a pool has two keys, and no other pool has one of them at the same time", async () => {
  const pools = [await new PoolKeys().get(), await new PoolKeys().get()]
  const moduli = pools.flatMap(({ id, access }) => [id.publicKey.n, access.publicKey.n])
  expect(new Set(moduli).size).toBe(4)
})

test("a pool keeps its keys", async () => {
  const keys = new PoolKeys()
  const [one, other] = await Promise.all([keys.get(), keys.get()])
  expect(one).toBe(other)
})

test("a released key pair signs for the next pool, under another key id", async () => {
  const keys = new PoolKeys()
  const { id, access } = await keys.get()
  await keys.release()
  const next = await new PoolKeys().get()
  expect(new Set([next.id.publicKey.n, next.access.publicKey.n])).toEqual(new Set([id.publicKey.n, access.publicKey.n]))
  expect([id.keyId, access.keyId]).not.toContain(next.id.keyId)
  expect([id.keyId, access.keyId]).not.toContain(next.access.keyId)
})
