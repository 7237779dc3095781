// What is read of a samconfig.toml.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { expect, onTestFinished, test } from "vitest"
import { readSamConfig } from "./read-sam-config.ts"

function read(text: string | undefined, template = "template.yaml") {
  const folder = mkdtempSync(join(tmpdir(), "sam-config-"))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  if (text !== undefined) writeFileSync(join(folder, "samconfig.toml"), text)
  return readSamConfig(join(folder, template))
}

test("the table of deploy replaces values of the global table", () => {
  const config = read(`
version = 0.1
[default.global.parameters]
stack_name = "chat"
region = 'us-west-2'

[default]
[default.deploy]
[default.deploy.parameters]
capabilities = "CAPABILITY_IAM"
confirm_changeset = true
region = "eu-west-1" # of the team
parameter_overrides = "Stage=\\"dev\\" Title=\\"two words\\" Empty="

[prod.deploy.parameters]
region = "eu-central-1"
`)
  expect(config).toEqual({
    stackName: "chat",
    region: "eu-west-1",
    parameters: new Map([
      ["Stage", "dev"],
      ["Title", "two words"],
      ["Empty", ""],
    ]),
  })
})

test.each([
  ["a list", 'parameter_overrides = [\n  "Stage=dev",\n  "Title=a=b", # why\n]'],
  [
    "the long form",
    'parameter_overrides = "ParameterKey=Stage,ParameterValue=dev ParameterKey=Title,ParameterValue=a=b"',
  ],
  ["several lines", 'parameter_overrides = """\nStage=dev\nTitle=a=b\n"""'],
])("parameters can be %s", (_form, line) => {
  const config = read(`[default.deploy.parameters]\n${line}\n`)
  expect([...(config?.parameters ?? [])]).toEqual([
    ["Stage", "dev"],
    ["Title", "a=b"],
  ])
})

test("a file without these values, and a folder without the file, change nothing", () => {
  expect(read('[default.build.parameters]\ncached = true\nregion = "eu-west-1"\n')).toBeUndefined()
  expect(read(undefined)).toBeUndefined()
})

test("parameters that cannot be read are rejected with one sentence", () => {
  expect(() => read('[default.deploy.parameters]\nparameter_overrides = "Stage=dev oops"\n')).toThrow(
    /^parameter_overrides of .*samconfig\.toml has "oops"\.$/,
  )
})

test("escapes of TOML are resolved, and texts in single quotes are literal", () => {
  const escaped = String.raw`"Text='a\tb\nc\\d' Word=\"e\""`
  expect(read(`[default.deploy.parameters]\nparameter_overrides = ${escaped}\n`)?.parameters).toEqual(
    new Map([
      ["Text", "a\tb\nc\\d"],
      ["Word", "e"],
    ]),
  )
  const literal = String.raw`'Path=C:\temp'`
  expect(read(`[default.deploy.parameters]\nparameter_overrides = ${literal}\n`)?.parameters).toEqual(
    new Map([["Path", String.raw`C:\temp`]]),
  )
})

test.each(["template.json", "template.yml"])("the configuration is used for %s, and not for other sources", (name) => {
  const text = '[default.deploy.parameters]\nregion = "eu-west-1"\n'
  expect(read(text, name)).toEqual({ region: "eu-west-1", parameters: new Map() })
  expect(read(text, "cdk.out")).toBeUndefined()
})
