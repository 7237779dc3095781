import { describe, expect, test } from "vitest"
import { applyMutant, findMutants } from "./find-mutants.ts"

/** Each mutant of the code as `operator: the whole code after it`. */
function changesOf(code: string): string[] {
  return findMutants("example.ts", code).mutants.map((mutant) => `${mutant.operator}: ${applyMutant(code, mutant)}`)
}

describe("a mutant is found for", () => {
  const cases: [name: string, code: string, changes: string[]][] = [
    ["a condition", "if (a) b = c", ["condition: if (!(a)) b = c"]],
    ["a comparison, once", "if (a === b) c = d", ["comparison: if (a !== b) c = d"]],
    ["a boundary", "x = a < b", ["comparison: x = a >= b", "boundary: x = a <= b"]],
    ["a negation", "x = !a", ["negation: x = a"]],
    ["arithmetic", "x = a * b", ["arithmetic: x = a / b"]],
    ["a logical operator", "x = a && b", ["logical: x = a || b"]],
    ["a default", "x = a ?? b", ["default: x = a"]],
    ["an addition to a variable", "x += y", ["assignment: x -= y"]],
    ["an increment", "x++", ["update: x--"]],
    ["a call whose result is not used", "save(x)", ["call: ;"]],
    ["an optional call whose result is not used", "a?.save(x)", ["call: ;"]],
    ["an awaited call", "await save(x)", ["call: ;", "await: save(x)"]],
    ["an awaited value", "x = await y", ["await: x = y"]],
    ["an early return", "function f() { if (!a) return; b = c }", ["negation", "guard"]],
    ["an early throw in a block", "if (a < b) { throw c }", ["comparison", "boundary", "guard"]],
    ["a number", "x = 3", ["number: x = 4"]],
    ["a boolean", "x = true", ["boolean: x = false"]],
    ["a string", 'x = "a"', ['string: x = ""']],
    ["an empty string", 'x = ""', ['string: x = "mutant"']],
    ["a value inside of a type assertion", "x = (3 as number)!", ["number: x = (4 as number)!"]],
  ]
  test.each(cases)("%s", (_name, code, changes) => {
    const found = changesOf(code)
    expect(found.map((change, at) => (changes[at]?.includes(":") ? change : change.split(":")[0]))).toEqual(changes)
  })
})

describe("nothing is changed in", () => {
  test.each([
    ["a type", 'type A = "a" | 3; interface B { c: true }; let d: "d"'],
    ["a type argument", 'x = f<"a">(y)'],
    ["the name of a module", 'import { a } from "./a.ts"; export * from "./b.ts"'],
    ["a sentence", 'x = "the port is in use"'],
    ["the text of an error", 'x = new TypeError("wrong")'],
    ["what is thrown", 'throw fail("wrong")'],
    ["a sum of texts", "x = a + `b`"],
    ["unref()", "timer.unref()"],
    ["the call of a parent's constructor", "class A extends B { constructor() { super() } }"],
    ["the last return of a function", "function f() { return a }"],
  ])("%s", (_name, code) => {
    expect(changesOf(code)).toEqual([])
  })
})

describe("a comment that calls a mutant equivalent", () => {
  test.each([
    ["on the line", "x = 3 // mutants: equivalent, four is the same\ny = 3"],
    ["above the line", "// mutants: equivalent, four is the same\nx = 3\ny = 3"],
  ])("%s leaves out that line only", (_name, code) => {
    const { mutants, ignored } = findMutants("example.ts", code)
    expect(ignored).toBe(1)
    expect(mutants.map(({ before }) => before)).toEqual(["y = 3"])
  })

  test("is an error without a reason", () => {
    expect(() => findMutants("example.ts", "\nx = 3 // mutants: equivalent")).toThrow(
      'example.ts:2 has no reason: write "// mutants: equivalent, <why>".',
    )
  })
})

test("shows the changed line before and after, with its number", () => {
  const [mutant] = findMutants("example.ts", 'const a = "é"\n  if (a < b) go()\n').mutants.slice(1)
  expect(mutant).toMatchObject({ line: 2, before: "if (a < b) go()", after: "if (a >= b) go()" })
})

test("an error names the file that cannot be parsed", () => {
  expect(() => findMutants("example.ts", "if (")).toThrow(/^example\.ts cannot be parsed: /)
})
