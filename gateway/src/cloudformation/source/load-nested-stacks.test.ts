// Which nested stacks are loaded, and from which file.
import { mkdtemp, rm } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterEach, beforeEach, expect, test } from "vitest"
import { stackOf } from "../testing/stack-of.ts"
import { writeJsonFiles } from "../testing/write-json-files.ts"
import { loadNestedStacks } from "./load-nested-stacks.ts"

let folder: string

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "nested-"))
})

afterEach(() => rm(folder, { recursive: true }))

const write = (files: Record<string, unknown>) => writeJsonFiles(folder, files)

const leaf = { Resources: { Topic: { Type: "AWS::SNS::Topic" } } }

function parent(Child: Record<string, unknown>, changes = {}) {
  return stackOf({ Resources: { Child } }, { stackName: "chat", folder, ...changes })
}

test.each<[string, Record<string, unknown>]>([
  ["TemplateURL", { Type: "AWS::CloudFormation::Stack", Properties: { TemplateURL: "child.json" } }],
  ["Location of a SAM application", { Type: "AWS::Serverless::Application", Properties: { Location: "child.json" } }],
  [
    "the asset path, before TemplateURL",
    {
      Type: "AWS::CloudFormation::Stack",
      Metadata: { "aws:asset:path": "child.json" },
      Properties: { TemplateURL: "https://example.com/x.json" },
    },
  ],
  [
    "the asset path of another machine, whose file is next to the template",
    { Type: "AWS::CloudFormation::Stack", Metadata: { "aws:asset:path": "/elsewhere/cdk.out/child.json" } },
  ],
])("loads the template at %s", async (_, child) => {
  await write({ "child.json": leaf })
  const stacks = await loadNestedStacks(parent(child))
  expect(stacks).toMatchObject([
    {
      stackName: expect.stringMatching(/^chat-Child-[A-Z0-9]{12}$/),
      folder,
      nestedIn: { stackName: "chat", logicalId: "Child" },
    },
  ])
  expect([...stacks[0]!.template.resources.keys()]).toEqual(["Topic"])
})

test("loads the template of a CDK app without asset metadata by the hash in its address", async () => {
  await write({ "child.json": leaf })
  const key = `${"0a".repeat(32)}.json`
  const assets = new Map([[key, { path: join(folder, "child.json"), form: "file" as const }]])
  const TemplateURL = { "Fn::Sub": `https://s3.\${AWS::Region}.\${AWS::URLSuffix}/cdk-assets/${key}` }
  const child = { Type: "AWS::CloudFormation::Stack", Properties: { TemplateURL } }
  expect(await loadNestedStacks(parent(child, { assets }))).toHaveLength(1)
  expect(await loadNestedStacks(parent(child))).toEqual([])
})

test("cuts the name of a nested stack to 128 characters", async () => {
  await write({ "child.json": leaf })
  const child = { Type: "AWS::CloudFormation::Stack", Properties: { TemplateURL: "child.json" } }
  const [stack] = await loadNestedStacks(parent(child, { stackName: "a".repeat(200) }))
  expect(stack!.stackName).toHaveLength(128)
})

test("loads nested stacks at every depth, with paths relative to each template, parents first", async () => {
  const middle = {
    Resources: { Inner: { Type: "AWS::CloudFormation::Stack", Properties: { TemplateURL: "inner.json" } } },
  }
  await write({ "sub/child.json": middle, "sub/inner.json": leaf })
  const child = { Type: "AWS::CloudFormation::Stack", Properties: { TemplateURL: "sub/child.json" } }
  const assets = new Map([["a.zip", { path: "/a.zip", form: "zip" as const }]])
  const environment = { region: "eu-west-1", accountId: "123456789012", assets }
  const stacks = await loadNestedStacks(parent(child, environment))
  expect(stacks).toMatchObject([
    { ...environment, nestedIn: { stackName: "chat", logicalId: "Child" } },
    { ...environment, nestedIn: { stackName: stacks[0]!.stackName, logicalId: "Inner" } },
  ])
  expect(stacks.map((stack) => stack.folder)).toEqual([join(folder, "sub"), join(folder, "sub")])
})

test.each<[string, Record<string, unknown>]>([
  ["of another type", { Type: "AWS::S3::Bucket", Properties: { TemplateURL: "child.json" } }],
  ["without a template", { Type: "AWS::CloudFormation::Stack" }],
  [
    "with a template on S3",
    { Type: "AWS::CloudFormation::Stack", Properties: { TemplateURL: "https://s3/child.json" } },
  ],
  ["with a computed template", { Type: "AWS::CloudFormation::Stack", Properties: { TemplateURL: { Ref: "Url" } } }],
  ["with a missing file", { Type: "AWS::CloudFormation::Stack", Properties: { TemplateURL: "missing.json" } }],
])("skips a resource %s", async (_, child) => {
  await write({ "child.json": leaf, "https:/s3/child.json": leaf })
  expect(await loadNestedStacks(parent(child))).toEqual([])
})

test("loads nothing for a template without a folder", async () => {
  const child = { Type: "AWS::CloudFormation::Stack", Properties: { TemplateURL: "child.json" } }
  expect(await loadNestedStacks(stackOf({ Resources: { Child: child } }))).toEqual([])
})

test("rejects a template that is nested in itself, directly or through another one", async () => {
  const nesting = (TemplateURL: string) => ({
    Resources: { Child: { Type: "AWS::CloudFormation::Stack", Properties: { TemplateURL } } },
  })
  await write({ "self.json": nesting("self.json"), "a.json": nesting("b.json"), "b.json": nesting("a.json") })
  const child = (TemplateURL: string) => ({ Type: "AWS::CloudFormation::Stack", Properties: { TemplateURL } })
  await expect(loadNestedStacks(parent(child("self.json")))).rejects.toThrowError(
    `The template ${join(folder, "self.json")} is nested in itself.`,
  )
  await expect(loadNestedStacks(parent(child("a.json")))).rejects.toThrowError(
    `The template ${join(folder, "a.json")} is nested in itself.`,
  )
})

test("rejects a nested template that is not a template", async () => {
  await write({ "child.json": {} })
  const child = { Type: "AWS::CloudFormation::Stack", Properties: { TemplateURL: "child.json" } }
  await expect(loadNestedStacks(parent(child))).rejects.toThrowError(
    `${join(folder, "child.json")} is not a template: it has no Resources.`,
  )
})
