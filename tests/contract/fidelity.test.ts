// Compares docs/fidelity with the tests, with the facts of docs/aws, and with the citations in the code.
import { existsSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { describe, expect, test } from "vitest"
import { type Citation, citationsIn, readCitations, readFormerCitations } from "./testing/citations.ts"
import { readFacts, readRows } from "./testing/fidelity-pages.ts"
import { casesIn, readCases } from "./testing/read-cases.ts"

const root = join(import.meta.dirname, "..", "..")
const rows = readRows()
const facts = readFacts()
const cases = readCases()
const testedElsewhere = rows.flatMap(({ id, page, test: one }) => (one ? [{ id, page, ...one }] : []))

describe("docs/aws", () => {
  test("gives every fact its own anchor", () => {
    expect(repeated(facts.map(({ address }) => address))).toEqual([])
  })

  test("gives every fact exactly one grade", () => {
    expect(facts.length).toBeGreaterThan(400)
    expect(facts.filter((fact) => fact.grades.length !== 1).map(({ address }) => address)).toEqual([])
  })

  test("gives every fact that is not unknown a source", () => {
    const unsourced = facts.filter(
      ({ grades: [grade = ""], text }) => grade !== "unknown" && !text.includes(`*${grade}*:`),
    )
    expect(unsourced.map(({ address }) => address)).toEqual([])
  })
})

describe("docs/fidelity", () => {
  test("has a row for every contract case, and a case or a test for every row", () => {
    const ids = rows.filter((row) => !row.test).map(({ id }) => id)
    expect(ids.toSorted()).toEqual(cases.map(({ id }) => id).toSorted())
  })

  test("uses every row id once", () => {
    expect(repeated(rows.map(({ id }) => id))).toEqual([])
  })

  test("says of every row whether it is the same, differs or is unknown", () => {
    expect(rows.filter(({ kind }) => kind === undefined).map(({ id }) => id)).toEqual([])
  })

  test("links every row to a fact, with the grade of that fact", () => {
    const gradeOf = new Map(facts.map(({ address, grades: [grade] }) => [address, grade]))
    const wrong = rows.filter(({ fact, grade }) => gradeOf.get(fact) !== grade)
    expect(wrong.map(({ id, fact, grade }) => `${id}: ${grade}, but ${fact} is ${gradeOf.get(fact)}`)).toEqual([])
  })

  test("calls a row unknown exactly when its fact is unknown", () => {
    expect(
      rows.filter(({ kind, grade }) => (kind === "unknown") !== (grade === "unknown")).map(({ id }) => id),
    ).toEqual([])
  })

  test("counts its rows, in total and per topic, and the README repeats the total", () => {
    const summary = readFileSync(join(root, "docs", "fidelity", "README.md"), "utf8")
    const readme = readFileSync(join(root, "README.md"), "utf8")
    const count = (kind: string, page?: string) =>
      rows.filter((row) => row.kind === kind && (page === undefined || row.page === page)).length
    const total = `${rows.length} rows: ${count("same")} same, ${count("differs")} different on purpose, ${count("unknown")} unknown.`
    expect(/^\d+ rows: .*$/m.exec(summary)?.[0]).toBe(total)
    expect(/\d+ rows: [^.]*\./.exec(readme)?.[0]).toBe(total)
    const listed = [...summary.matchAll(/^\| \[[^\]]*\]\(([^)]+)\) \| (\d+) \| (\d+) \| (\d+) \|$/gm)].map(
      ([, ...row]) => row,
    )
    const pages = [...new Set(rows.map(({ page }) => page))]
    const expected = pages.map((page) => [
      page,
      ...["same", "differs", "unknown"].map((kind) => String(count(kind, page))),
    ])
    expect(listed.toSorted()).toEqual(expected.toSorted())
  })

  test("marks the cases that are known to fail, and no others", () => {
    const gaps = cases.filter(({ isGap }) => isGap).map(({ id }) => id)
    expect(rows.filter(({ here }) => here.startsWith("differs: not yet")).map(({ id }) => id)).toEqual(gaps)
  })

  test.each(testedElsewhere)("names an existing test for $id", ({ id, page, file, title }) => {
    const path = join(root, file)
    const isThere = existsSync(path) && titled(title).test(readFileSync(path, "utf8"))
    expect(isThere, `docs/fidelity/${page} names a test for ${id}: change the name there after renaming it`).toBe(true)
  })
})

describe("citations in the code", () => {
  const citations = readCitations()
  const kindOf = new Map(rows.map(({ id, kind }) => [id, kind]))
  const described = ({ file, kind, statement, rows: cited }: Citation) => `${file}: ${kind}: ${statement} (${cited})`

  test("state a fact and name at least one row", () => {
    expect(citations.length).toBeGreaterThan(250)
    const bare = citations.filter(({ rows: cited, statement }) => cited.length === 0 || statement.split(" ").length < 3)
    expect(bare.map(described)).toEqual([])
  })

  test("name rows that exist", () => {
    expect(citations.filter(({ rows: cited }) => cited.some((id) => !kindOf.has(id))).map(described)).toEqual([])
  })

  test("say AWS?: for rows that are unknown, Differs: for rows that differ, and AWS: for the others", () => {
    const fits = { "AWS?": ["unknown"], Differs: ["differs"], AWS: ["same", "differs"] }
    const wrong = citations.filter(({ kind, rows: cited }) =>
      cited.some((id) => !fits[kind].includes(kindOf.get(id) ?? "")),
    )
    expect(wrong.map(described)).toEqual([])
  })

  test("have no section numbers or grades in brackets", () => {
    expect(readFormerCitations()).toEqual([])
  })
})

test.each<[string, string, Omit<Citation, "file">[]]>([
  ["one line", "// AWS: a fact here (some-row)", [{ kind: "AWS", statement: "a fact here", rows: ["some-row"] }]],
  ["two rows", "/** AWS?: a fact (a-b, c-d) */", [{ kind: "AWS?", statement: "a fact", rows: ["a-b", "c-d"] }]],
  ["two lines", "// Differs: why\n// not (a-b)", [{ kind: "Differs", statement: "why not", rows: ["a-b"] }]],
  ["after code", "go() // AWS: a fact (a-b)", [{ kind: "AWS", statement: "a fact", rows: ["a-b"] }]],
  ["no row", "// AWS: a fact (see 4.2)", [{ kind: "AWS", statement: "a fact (see 4.2)", rows: [] }]],
  ["a resource type", '// AWS::S3::Bucket\nconst a = { "AWS:SourceArn": 1 }', []],
])("a citation is read from %s", (_, text, expected) => {
  expect(citationsIn(text, "a.ts")).toEqual(expected.map((one) => ({ file: "a.ts", ...one })))
})

test("contract cases are read from their calls, and not from comments or nested text", () => {
  const text = [
    'contract("a-b", "does", async () => {',
    '  const code = \'contract("not-this", "")\'',
    "})",
    'contract.local("c-d", "does", ownTemplate, async () => {})',
    "contract.gap(",
    '  "e-f",',
    '// contract("not-that", "")',
  ].join("\n")
  expect(casesIn(text, "a.test.ts")).toEqual([
    { id: "a-b", file: "a.test.ts", isGap: false },
    { id: "c-d", file: "a.test.ts", isGap: false },
    { id: "e-f", file: "a.test.ts", isGap: true },
  ])
})

function repeated(values: string[]): string[] {
  return values.filter((value, index) => values.indexOf(value) !== index)
}

/** A title is a string literal, so that its mention in a comment does not count. */
function titled(title: string): RegExp {
  const literal = title.replaceAll(/[.*+?^${}()|[\]\\]/g, "\\$&")
  return new RegExp(`(["'\`])${literal}\\1`)
}
