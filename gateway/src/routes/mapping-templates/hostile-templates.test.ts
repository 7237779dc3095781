// Properties of mapping templates: linear time, bounded loops and output, no surprise for any text.
import fc from "fast-check"
import { describe, expect, test } from "vitest"
import { runs } from "../../../../tests/testing/runs.ts"
import { anyCharacter } from "../../foundation/testing/any-character.ts"
import { ContextObject } from "./context-object.ts"
import { TemplateSyntaxError } from "./cursor.ts"
import { jsonOf, parseJsonValue } from "./json.ts"
import { compileTemplate, renderTemplate } from "./mapping-template.ts"

function rendered(source: string, body = ""): string {
  return renderTemplate(compileTemplate(source), {
    body,
    parameters: { path: new Map(), header: new Map(), querystring: new Map() },
    context: new ContextObject({ context: {} }),
    stageVariables: {},
  })
}

/** Text of the characters that have a meaning in templates. */
const templateText = fc
  .array(
    fc.oneof(
      fc.constantFrom("$", "#", "{", "}", "(", ")", "[", "]", "\\", '"', "'", ".", "!", " ", "\n", "a", "=", ",", "1"),
      fc.constantFrom(
        "#if(",
        "#else",
        "#end",
        "#set($a = ",
        "#foreach($i in ",
        "#*",
        "*#",
        "##",
        "$a.b(",
        "#[[",
        "]]#",
        "${",
      ),
    ),
    { maxLength: 60 },
  )
  .map((parts) => parts.join(""))

describe("any template", () => {
  test("is rendered, or rejected with its place", () => {
    fc.assert(
      fc.property(templateText, (source) => {
        const compiled = compileTemplate(source)
        if ("problem" in compiled) expect(compiled.problem).toMatch(/^Line \d+, column \d+: /)
        else expect(typeof rendered(source)).toBe("string")
      }),
      { numRuns: runs(3_000) },
    )
  })

  test("without special characters is its own output", () => {
    fc.assert(
      fc.property(
        fc.string({ unit: anyCharacter }).map((text) => text.replaceAll(/[$#\\]/g, "")),
        (text) => {
          expect(rendered(text)).toBe(text)
        },
      ),
    )
  })
})

describe("any JSON body", () => {
  test("is passed on unchanged by $input.json", () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const text = JSON.stringify(value)
        expect(JSON.parse(jsonOf(parseJsonValue(text)))).toEqual(JSON.parse(text))
        expect(JSON.parse(rendered("$input.json('$')", text))).toEqual(JSON.parse(text))
      }),
    )
  })

  test("is accepted exactly when JSON.parse accepts it", () => {
    const nearJson = fc.array(
      fc.constantFrom("{", "}", "[", "]", ":", ",", '"', "a", "1", "-", "0", ".", "e", "\\", "null", "true", " "),
      { maxLength: 12 },
    )
    fc.assert(
      fc.property(
        nearJson.map((parts) => parts.join("")),
        (text) => {
          expect(accepts(() => parseJsonValue(text))).toBe(accepts(() => JSON.parse(text)))
        },
      ),
      { numRuns: runs(5_000) },
    )
  })
})

function accepts(parse: () => unknown): boolean {
  try {
    parse()
    return true
  } catch {
    return false
  }
}

/**
 * Other work on the machine only adds to the time, so the best of three counts.
 * @param enoughMs a shorter time is not measured again
 */
function timeOf(run: () => void, enoughMs = 0): number {
  let best = Number.POSITIVE_INFINITY
  for (let attempt = 0; attempt < 3 && best >= enoughMs; attempt++) {
    const startedAt = performance.now()
    run()
    best = Math.min(best, performance.now() - startedAt)
  }
  return best
}

const compile = (source: string) => {
  try {
    compileTemplate(source)
  } catch (error) {
    if (!(error instanceof TemplateSyntaxError)) throw error
  }
}

describe("time", () => {
  const pieces = [
    "$",
    "#",
    "\\",
    "${",
    "$!{",
    "${a",
    "$a.b",
    "$a.b(",
    "$a[",
    "#if(",
    "#if(true)",
    "#set($a=",
    "#foreach($i in ",
    "#a(",
    "#*",
    "##",
    "#[[",
    '#set($a="',
    '#set($a="")',
    "(",
    "$a.b('",
    "#{",
    "\\$",
    "#end",
    "#macro(",
    "#set($a=[",
    "#set($a={a:",
    "#if(!",
    '$a.b("$a.b(""',
  ]
  test.each(pieces)("grows linearly with repetitions of %j", (piece) => {
    const repeated = (length: number) => piece.repeat(Math.ceil(length / piece.length))
    const small = timeOf(() => compile(repeated(20_000)))
    // Ten times the length. Quadratic time would be a hundred times as long.
    const maxMs = Math.max(small, 20) * 40
    expect(timeOf(() => compile(repeated(200_000)), maxMs)).toBeLessThan(maxMs)
  })

  test("of a comparison of two long lists is bounded", () => {
    const body = JSON.stringify(Array.from({ length: 20_000 }, (_, index) => index))
    const template = "#set($all = $input.path('$'))$all.containsAll($all)"
    expect(() => rendered(template, body)).toThrow("containsAll compares more than 1000000 pairs of values")
    expect(rendered(template, "[1,2,3]")).toBe("true")
  })

  test("of a regular expression that backtracks is bounded", () => {
    const body = JSON.stringify({ text: "a".repeat(40_000) })
    const startedAt = performance.now()
    expect(() => rendered("$input.path('$.text').matches('(a+)+b')", body)).toThrow("took more than 250 ms")
    expect(performance.now() - startedAt).toBeLessThan(5_000)
  })
})

describe("bounds", () => {
  test("a loop has 1,000 iterations at most", () => {
    expect(rendered("#foreach($i in [1..5000])x#end")).toHaveLength(1_000)
  })

  test("nested loops end with an error", () => {
    const source = `${"#foreach($i in [1..1000])".repeat(3)}#set($x = 1)${"#end".repeat(3)}`
    expect(() => rendered(source)).toThrow("It takes more than 1000000 steps.")
  })

  test("output that doubles ends with an error", () => {
    const source = "#set($x = '0123456789')#foreach($i in [1..40])#set($x = \"$x$x\")#end$x"
    expect(() => rendered(source)).toThrow("Its output is larger than 10 MB.")
  })

  test("a text that doubles by addition ends with an error", () => {
    const source = "#set($x = '0123456789')#foreach($i in [1..40])#set($x = $x + $x)#end$x.length()"
    expect(() => rendered(source)).toThrow("Its output is larger than 10 MB.")
  })

  test("a definition that refers to itself ends with an error", () => {
    expect(() => rendered("#define($d)$d#end$d")).toThrow("A #define refers to itself.")
  })

  test("a list whose text grows exponentially ends with an error", () => {
    const source = "#set($l = ['x'])#foreach($i in [1..60])#set($l = [$l, $l])#end$l"
    expect(() => rendered(source)).toThrow("A value has more than 1000000 parts.")
  })

  test("a list that contains itself ends with an error", () => {
    expect(() => rendered("#set($l = [])#set($x = $l.add($l))$l")).toThrow()
  })

  test("a template or a body that is nested too deeply is rejected", () => {
    expect(() => rendered(`${"#if(true)".repeat(300)}${"#end".repeat(300)}`)).toThrow(
      "nested more than 200 levels deep",
    )
    expect(() => rendered(`#set($x = ${"(".repeat(300)}1${")".repeat(300)})`)).toThrow(
      "nested more than 200 levels deep",
    )
    expect(() => rendered("$input.json('$')", "[".repeat(100_000))).toThrow("Could not parse request body into json")
  })

  test("a path with many matches is rejected", () => {
    const body = JSON.stringify(Array.from({ length: 400 }, () => Array.from({ length: 400 }, () => 1)))
    expect(() => rendered("$input.json('$..*')", body)).toThrow("A path matches more than 100000 values.")
  })
})

describe("addAll", () => {
  const addAll = (count: number, times = 1) =>
    rendered(
      `#set($all = [])#foreach($i in [1..${times}])#set($x = $all.addAll($input.path('$')))#end$all.size()`,
      JSON.stringify(Array.from({ length: count }, () => 1)),
    )

  test("adds a list of any length", () => {
    expect(addAll(300_000)).toBe("300000")
  })

  test("is bounded", () => {
    expect(() => addAll(300_000, 4)).toThrow("A list has more than 1000000 values")
  })
})
