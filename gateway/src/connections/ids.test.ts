import fc from "fast-check"
import { expect, test } from "vitest"
import { createIds, isConnectionId } from "./ids.ts"

test("an id is 11 bytes in URL-safe base64, and its twelfth character is its kind", () => {
  const ids = createIds(() => 1_705_751_697_419, 0x1ca5)
  expect(ids.connectionId()).toMatch(/^[A-Za-z0-9_-]{11}C[A-Za-z0-9_-]{3}=$/)
  expect(ids.messageId()).toMatch(/^[A-Za-z0-9_-]{11}C[A-Za-z0-9_-]{3}=$/)
  expect(ids.requestId()).toMatch(/^[A-Za-z0-9_-]{11}F[A-Za-z0-9_-]{3}=$/)
})

test("ids rise with time, as text", () => {
  let now = 1_705_751_697_419
  const ids = createIds(() => now, 7)
  const first = Buffer.from(ids.connectionId(), "base64url")
  now += 3034
  const second = Buffer.from(ids.connectionId(), "base64url")
  expect(second.readUIntBE(0, 5) - first.readUIntBE(0, 5)).toBe(30_340)
})

test("200,000 ids of the same time are all different", () => {
  const ids = createIds(() => 1_705_751_697_419, 7)
  const seen = new Set<string>()
  for (let count = 0; count < 200_000; count++) seen.add(ids.requestId())
  expect(seen.size).toBe(200_000)
})

test("every generated id is well-formed, and one with a changed character is not", () => {
  fc.assert(
    fc.property(fc.nat({ max: 2 ** 41 }), fc.nat({ max: 0xffff }), (now, node) => {
      const id = createIds(() => now, node).connectionId()
      expect(isConnectionId(id)).toBe(true)
      expect(isConnectionId(id.slice(1))).toBe(false)
      expect(isConnectionId(`${id}=`)).toBe(false)
      expect(isConnectionId(id.replace("=", "%3D"))).toBe(false)
    }),
  )
})

test("ids have the time, the 16 bits of the gateway, the kind and a counter at fixed bytes", () => {
  const ids = createIds(() => 1000.05, 0x7abcd)
  const [connection, request] = [ids.connectionId(), ids.requestId()].map((id) => Buffer.from(id, "base64url"))
  const parts = (bytes: Buffer) => ({
    time: bytes.readUIntBE(0, 5),
    node: bytes.readUInt16BE(6),
    kind: bytes[8],
    counter: [bytes[5], bytes.readUInt16BE(9)],
  })
  expect(parts(connection!)).toEqual({ time: 10_000, node: 0xabcd, kind: 2, counter: [0, 1] })
  expect(parts(request!)).toEqual({ time: 10_000, node: 0xabcd, kind: 5, counter: [0, 2] })
})

test("the counter continues in a second place after 65535 ids", () => {
  const ids = createIds(() => 0, 0)
  for (let count = 0; count < 0xffff; count++) ids.messageId()
  const bytes = Buffer.from(ids.messageId(), "base64url")
  expect([bytes[5], bytes.readUInt16BE(9)]).toEqual([1, 0])
})

test("the id of an invocation is a new UUID each time", () => {
  const ids = createIds(() => 0, 0)
  const uuids = [ids.functionRequestId(), ids.functionRequestId()]
  for (const uuid of uuids)
    expect(uuid).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
  expect(new Set(uuids).size).toBe(2)
})
