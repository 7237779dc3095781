import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { dirname, join } from "node:path"
import { expect, onTestFinished, test } from "vitest"
import { findSource } from "./find-source.ts"

function folderWith(...files: (string | [name: string, text: string])[]): string {
  const folder = mkdtempSync(join(tmpdir(), "find-source-"))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  for (const file of files) {
    const [name, text] = typeof file === "string" ? [file, "{}"] : file
    mkdirSync(dirname(join(folder, name)), { recursive: true })
    writeFileSync(join(folder, name), text)
  }
  return folder
}

test("a CDK app is preferred to its old cdk.out and to a template", () => {
  const folder = folderWith("cdk.json", "cdk.out/manifest.json", "template.yaml")
  expect(findSource(folder, [])).toEqual({ kind: "cdk-app", folder })
})

test("without a CDK app, cdk.out is preferred to a template", () => {
  const folder = folderWith("cdk.out/manifest.json", "template.yaml")
  expect(findSource(folder, [])).toEqual({ kind: "template", path: join(folder, "cdk.out") })
})

test.each(["template.yaml", "template.yml", "template.json"])("%s is found", (name) => {
  const folder = folderWith(name)
  expect(findSource(folder, [])).toEqual({ kind: "template", path: join(folder, name) })
})

test.each([
  ['[default.deploy.parameters]\ntemplate = "infra/app.yaml"\n'],
  ["[default.build.parameters]\ntemplate_file = 'infra/app.yaml'\n"],
])("the template that samconfig.toml names is found: %j", (text) => {
  const folder = folderWith(["samconfig.toml", text], "infra/app.yaml")
  expect(findSource(folder, [])).toEqual({ kind: "template", path: join(folder, "infra/app.yaml") })
})

test("an empty folder is an error with the ways to name a source", () => {
  const folder = folderWith()
  expect(() => findSource(folder, [])).toThrow(
    expect.objectContaining({
      message: `${folder} has nothing to serve.`,
      hint: expect.stringMatching(/cdk\.json.*template\.yaml.*cdk\.out/s),
    }),
  )
})

test.each([
  [["one.yaml", "two.json", "readme.md"], 'Run "apigw-local one.yaml" or "apigw-local two.json".'],
  [["backend/cdk.json", "api/sam/template.yaml"], 'Run "apigw-local api/sam/template.yaml" or "apigw-local backend".'],
  [["node_modules/a/template.yaml", "serverless.yml"], "A serverless.yml of the Serverless Framework is not read."],
  [["main.tf"], "Files of Terraform are not read."],
])("a folder with %j is an error with what to do", (names, hint) => {
  const contents: Record<string, string> = {
    "serverless.yml": "resources:\n  Resources: {}\n",
    "two.json": '{ "Resources": {} }',
  }
  const folder = folderWith(...names.map((name): [string, string] => [name, contents[name] ?? "Resources: {}"]))
  expect(() => findSource(folder, [])).toThrow(expect.objectContaining({ hint: expect.stringContaining(hint) }))
})

test("a given folder without a source is an error whose commands start in the current folder", () => {
  const folder = folderWith(["infra/chat.yaml", "Resources: {}"], "empty/readme.txt")
  expect(() => findSource(folder, ["infra"])).toThrow(
    expect.objectContaining({
      message: `${join(folder, "infra")} has nothing to serve.`,
      hint: 'Run "apigw-local infra/chat.yaml".',
    }),
  )
  expect(() => findSource(folder, ["empty"])).toThrow(`${join(folder, "empty")} has nothing to serve.`)
})

test("a given template, assembly or folder of a CDK app is served, relative to the current folder", () => {
  const folder = folderWith("other.yaml", "app/cdk.json", "built/manifest.json")
  expect(findSource(folder, ["other.yaml"])).toEqual({ kind: "template", path: join(folder, "other.yaml") })
  expect(findSource(folder, ["app"])).toEqual({ kind: "cdk-app", folder: join(folder, "app") })
  expect(findSource(folder, ["built"])).toEqual({ kind: "template", path: join(folder, "built") })
})

test("a missing source and more than one source are errors", () => {
  const folder = folderWith()
  expect(() => findSource(folder, ["missing"])).toThrow(`${join(folder, "missing")} does not exist.`)
  expect(() => findSource(folder, ["a", "b"])).toThrow("2 sources are given: a, b.")
})
