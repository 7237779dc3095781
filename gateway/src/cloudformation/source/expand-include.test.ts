// AWS::Include: files next to the template, in every place, and locations that cannot be read.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { expect, onTestFinished, test } from "vitest"
import { loadSource } from "./load-source.ts"

async function loadWith(files: Record<string, string>, parameters: Record<string, string> = {}) {
  const folder = mkdtempSync(join(tmpdir(), "include-"))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text)
  const [stack] = await loadSource(join(folder, "template.yaml"), { parameters })
  return Object.fromEntries(stack?.template.resources ?? [])
}

const include = (Location: unknown) =>
  JSON.stringify({ "Fn::Transform": { Name: "AWS::Include", Parameters: { Location } } })

test("a file is inserted beside the siblings of the transform, in resources and in properties", async () => {
  const resources = await loadWith({
    "template.yaml": `Resources:
  Fn::Transform: { Name: AWS::Include, Parameters: { Location: more.yaml } }
  Own:
    Type: T
    Properties: { A: 1, Fn::Transform: { Name: AWS::Include, Parameters: { Location: properties.json } } }`,
    "more.yaml": "More: { Type: T, Properties: { B: !Ref Own } }",
    "properties.json": '{"C": 2}',
  })
  expect(resources).toEqual({
    More: { Type: "T", Properties: { B: { Ref: "Own" } } },
    Own: { Type: "T", Properties: { A: 1, C: 2 } },
  })
})

test("the transform of a template inserts whole sections", async () => {
  const files = {
    "template.yaml": "Transform:\n  - Name: AWS::Include\n    Parameters: { Location: ./sections.yaml }",
    "sections.yaml": "Resources: { A: { Type: T } }",
  }
  expect(await loadWith(files)).toEqual({ A: { Type: "T" } })
})

test("a location can be a parameter, by its value or its default", async () => {
  const template = `{ "Parameters": { "File": { "Type": "String", "Default": "a.json" } }, "Resources": ${include({ Ref: "File" })} }`
  const files = { "template.yaml": template, "a.json": '{"A":{"Type":"T"}}', "b.json": '{"B":{"Type":"T"}}' }
  expect(Object.keys(await loadWith(files))).toEqual(["A"])
  expect(Object.keys(await loadWith(files, { File: "b.json" }))).toEqual(["B"])
})

test.each([
  ["s3://bucket/key.yaml", "s3://bucket/key.yaml is not on this machine."],
  ["none.yaml", "the file none.yaml of AWS::Include does not exist."],
  ["list.yaml", "the file list.yaml of AWS::Include is not a map."],
  ["circle.yaml", "circle.yaml is included in itself."],
  [{ "Fn::Sub": "x" }, "an AWS::Include has no Location."],
])("the location %j is rejected with one sentence", async (location, message) => {
  const files = {
    "template.yaml": `{ "Resources": ${include(location)} }`,
    "list.yaml": "[1]",
    "circle.yaml": include("circle.yaml"),
  }
  await expect(loadWith(files)).rejects.toThrowError(
    expect.objectContaining({
      code: "TEMPLATE_UNREADABLE",
      message: expect.stringContaining(message),
      hint: expect.stringMatching(/\.$/),
    }),
  )
})
