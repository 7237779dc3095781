// Loops in templates: what they become, and what is not a loop.
import { expect, test } from "vitest"
import { expandForEach } from "./expand-for-each.ts"

const expand = (body: Record<string, unknown>, parameters: Record<string, string> = {}) =>
  JSON.parse(JSON.stringify(expandForEach(body, { path: "t.json", parameters: new Map(Object.entries(parameters)) })))

test("an entry is repeated for each value, in keys, texts and references", () => {
  const output = {
    "Topic${Name}": {
      Type: "AWS::SNS::Topic",
      Properties: { TopicName: { Ref: "Name" }, DisplayName: { "Fn::Sub": "the ${Name} of ${Other}" } },
    },
  }
  expect(expand({ Resources: { Kept: { Type: "T" }, "Fn::ForEach::Topics": ["Name", ["A", "B"], output] } })).toEqual({
    Resources: {
      Kept: { Type: "T" },
      TopicA: {
        Type: "AWS::SNS::Topic",
        Properties: { TopicName: "A", DisplayName: { "Fn::Sub": "the A of ${Other}" } },
      },
      TopicB: {
        Type: "AWS::SNS::Topic",
        Properties: { TopicName: "B", DisplayName: { "Fn::Sub": "the B of ${Other}" } },
      },
    },
  })
})

test("a loop can be in a loop and in properties, and an ampersand leaves out what ids must not contain", () => {
  const inner = { "Fn::ForEach::Inner": ["Y", ["1", "2"], { "R&{X}${Y}": { Type: "T", At: "${X}/${Y}" } }] }
  expect(expand({ "Fn::ForEach::Outer": ["X", ["a-b"], inner] })).toEqual({
    Rab1: { Type: "T", At: "a-b/1" },
    Rab2: { Type: "T", At: "a-b/2" },
  })
  const Properties = { "Fn::ForEach::Tags": ["K", ["a", "b"], { "Key${K}": "${K}" }] }
  expect(expand({ Resources: { R: { Properties } } })).toEqual({
    Resources: { R: { Properties: { Keya: "a", Keyb: "b" } } },
  })
})

test("a collection can be a parameter, with its default or a given value", () => {
  const body = {
    Parameters: { Names: { Type: "CommaDelimitedList", Default: "A, B" } },
    Resources: { "Fn::ForEach::All": ["N", { Ref: "Names" }, { "R${N}": { Type: "T" } }] },
  }
  expect(Object.keys(expand(body).Resources)).toEqual(["RA", "RB"])
  expect(Object.keys(expand(body, { Names: "C" }).Resources)).toEqual(["RC"])
})

test.each<[what: string, loop: unknown, message: RegExp]>([
  ["another form", { a: 1 }, /Fn::ForEach::X has the form/],
  ["no output", ["N", ["a"]], /has the form/],
  ["values that are objects", ["N", [{}], {}], /needs a list of texts/],
  ["an unknown parameter", ["N", { Ref: "constructor" }, {}], /needs a list of texts/],
  ["too many values", ["N", Array.from({ length: 10_001 }, () => "a"), { a: 1 }], /more than 10000 entries/],
])("%s is rejected", (_, loop, message) => {
  expect(() => expand({ "Fn::ForEach::X": loop })).toThrow(message)
})
