// Random UUIDs: their form, and that none repeats.
import { expect, test } from "vitest"
import { randomUuid } from "./random-uuid.ts"

const uuids = Array.from({ length: 20_000 }, randomUuid)

test("every UUID is of version 4 and of the variant of RFC 9562", () => {
  const form = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/
  expect(uuids.filter((uuid) => !form.test(uuid))).toEqual([])
})

test("no UUID repeats, and every digit but the version is random", () => {
  expect(new Set(uuids).size).toBe(uuids.length)
  for (let index = 0; index < 36; index++) {
    const values = new Set(uuids.map((uuid) => uuid[index])).size
    const expected = [8, 13, 18, 23, 14].includes(index) ? 1 : index === 19 ? 4 : 16
    expect([index, values]).toEqual([index, expected])
  }
})
