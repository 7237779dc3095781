// Reads and sets values by JSONPath.
import { expect, test } from "vitest"
import { readPath, writePath } from "./json-path.ts"

const input = {
  a: { "b-c": [1, 2, 3], "d e": { f: "x" } },
  list: [
    { n: 1, on: true },
    { n: 2, on: false },
  ],
}

test.each<[path: string, value: unknown]>([
  ["$", input],
  ["$.a.b-c[1]", 2],
  ["$['a']['d e'].f", "x"],
  ["$.a['b-c'][-1]", 3],
  ["$.a.b-c[1:]", [2, 3]],
  ["$.list[*].n", [1, 2]],
  ["$..n", [1, 2]],
  ["$.list[?(@.n >= 2)].n", [2]],
  ["$.list[?(@.on)].n", [1]],
  ["$.list[?(@.on == false)].n", [2]],
  ["$.list[9]", undefined],
  ["$.constructor", undefined],
  ["$.a.length", undefined],
])("%s is found", (path, value) => {
  expect(readPath(input, path)).toEqual(value)
})

test.each(["$.", "$.a[", "$.a..", "$[?(x)]", "$.list[?(@.n == )]"])("%s is not a path", (path) => {
  expect(() => readPath(input, path)).toThrow(/States.Runtime/)
})

test("a reference path sets a value in a copy, and creates what is missing", () => {
  expect(writePath({ a: { b: 1 }, c: 2 }, "$.a.d.e", 3)).toEqual({ a: { b: 1, d: { e: 3 } }, c: 2 })
  expect(writePath({ a: [1, 2] }, "$.a[1]", 9)).toEqual({ a: [1, 9] })
  expect(writePath({ a: 1 }, "$", 2)).toBe(2)
  expect(Object.keys(writePath({}, "$.__proto__", 1) as object)).toEqual(["__proto__"])
})

test("a reference path that leads through a value, or names several, is rejected", () => {
  expect(() => writePath({ a: 1 }, "$.a.b", 2)).toThrow(/States.ResultPathMatchFailure/)
  expect(() => writePath({ a: [1] }, "$.a[3]", 2)).toThrow(/States.ResultPathMatchFailure/)
  expect(() => writePath({ a: [1] }, "$.a[*]", 2)).toThrow(/is not a reference path/)
})

test("every value is read at the path where it was set", () => {
  let seed = 7
  const next = (below: number) => {
    seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648
    return seed % below
  }
  for (let round = 0; round < 500; round++) {
    const names = Array.from({ length: 1 + next(4) }, () => `k${next(3)}`)
    const path = `$${names.map((name) => (next(2) === 0 ? `.${name}` : `['${name}']`)).join("")}`
    const base: unknown = JSON.parse(JSON.stringify(writePath({}, "$.z", round)))
    const written = writePath(base, path, round)
    expect(readPath(written, path)).toBe(round)
    expect(readPath(written, "$.z")).toBe(round)
    expect(base).toEqual({ z: round })
  }
})
