// What a cloud assembly yields per stack: name, environment, assets, construct paths and parameters.
import { mkdtemp, rm } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterEach, beforeEach, describe, expect, test } from "vitest"
import { writeJsonFiles } from "../testing/write-json-files.ts"
import { readAssembly, readAssetManifest } from "./read-assembly.ts"

let folder: string

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "assembly-"))
})

afterEach(() => rm(folder, { recursive: true }))

const write = (files: Record<string, unknown>) => writeJsonFiles(folder, files)

const template = { Resources: { Topic: { Type: "AWS::SNS::Topic" } } }

/** Writes an assembly with the one stack "App" and reads it. */
async function readStack(artifact: Record<string, unknown>, options = {}, files: Record<string, unknown> = {}) {
  const properties = { templateFile: "App.template.json", ...(artifact.properties as object) }
  const App = { type: "aws:cloudformation:stack", ...artifact, properties }
  await write({ "manifest.json": { artifacts: { App } }, "App.template.json": template, ...files })
  const [stack, ...others] = await readAssembly(folder, options)
  expect(others).toEqual([])
  return stack!
}

describe("a stack of a cloud assembly", () => {
  test.each<[string, Record<string, unknown>, string]>([
    ["its properties", { properties: { stackName: "own" }, stackName: "old" }, "own"],
    ["its artifact, as older assemblies store it", { stackName: "old" }, "old"],
    ["the id of its artifact", {}, "App"],
  ])("has the name in %s", async (_, artifact, expected) => {
    expect(await readStack(artifact)).toMatchObject({ stackName: expected, folder })
  })

  test.each<[string | undefined, object, string, string]>([
    ["aws://123456789012/eu-west-1", {}, "123456789012", "eu-west-1"],
    ["aws://unknown-account/eu-west-1", {}, "000000000000", "eu-west-1"],
    ["aws://123456789012/unknown-region", {}, "123456789012", "us-east-1"],
    [undefined, {}, "000000000000", "us-east-1"],
    ["elsewhere://123456789012/eu-west-1", {}, "000000000000", "us-east-1"],
    ["aws://123456789012/eu-west-1", { region: "cn-north-1" }, "123456789012", "eu-west-1"],
    ["aws://123456789012/unknown-region", { region: "cn-north-1" }, "123456789012", "cn-north-1"],
    ["aws://unknown-account/eu-west-1", { accountId: "999999999999" }, "999999999999", "eu-west-1"],
  ])(
    "with environment %s and options %j is in account %s and region %s",
    async (environment, options, account, region) => {
      expect(await readStack({ environment }, options)).toMatchObject({ accountId: account, region })
    },
  )

  test("is rejected when its template is missing, as after an interrupted synthesis", async () => {
    await expect(readStack({ properties: { templateFile: "gone.json" } })).rejects.toThrowError(
      expect.objectContaining({
        code: "TEMPLATE_UNREADABLE",
        message: expect.stringContaining(`${join(folder, "gone.json")} cannot be read: ENOENT`),
        hint: "Run `cdk synth` again for a CDK app, or restore the file.",
      }),
    )
  })

  test("has its resources, and the parameters of the options", async () => {
    const { template: read, parameters } = await readStack({}, { parameters: { Size: "3" } })
    expect([...read.resources]).toEqual([["Topic", { Type: "AWS::SNS::Topic" }]])
    expect([...parameters]).toEqual([["Size", "3"]])
  })

  const metadata = {
    "/App/Topic/Resource": [
      { type: "aws:cdk:warning", data: "Ignored" },
      { type: "aws:cdk:logicalId", data: "Topic" },
    ],
    "/App/Other/Resource": [{ type: "aws:cdk:logicalId", data: { not: "a text" } }],
  }

  test.each<[string, Record<string, unknown>]>([
    ["the manifest", { metadata }],
    ["the file that its properties name", { properties: { additionalMetadataFile: "App.metadata.json" } }],
    ["the file that its artifact names", { additionalMetadataFile: "App.metadata.json" }],
  ])("has construct paths from the metadata in %s", async (_, artifact) => {
    const { constructPaths } = await readStack(artifact, {}, { "App.metadata.json": metadata })
    expect([...constructPaths]).toEqual([["Topic", "App/Topic/Resource"]])
  })

  test("has no construct paths without metadata", async () => {
    const { constructPaths, assets, parameters } = await readStack({})
    expect([constructPaths.size, assets.size, parameters.size]).toEqual([0, 0, 0])
  })
})

describe("the assets of CDK 1", () => {
  const asset = (data: Record<string, unknown>) => ({
    metadata: {
      "/App/Asset": [
        {
          type: "aws:cdk:asset",
          data: { s3BucketParameter: "Bucket", s3KeyParameter: "Key", artifactHashParameter: "Hash", ...data },
        },
      ],
    },
  })

  test("are stored by their hash, and set the parameters of the template", async () => {
    const data = { path: "asset.abc", id: "other", sourceHash: "abc", packaging: "zip" }
    const { assets, parameters } = await readStack(asset(data))
    expect([...assets]).toEqual([["abc.zip", { path: join(folder, "asset.abc"), form: "folder" }]])
    expect(Object.fromEntries(parameters)).toEqual({ Key: "||abc.zip", Bucket: "cdk-assets", Hash: "abc" })
  })

  test("have their id as the hash when they have no other", async () => {
    const { assets } = await readStack(asset({ path: "asset.abc", id: "abc", packaging: "zip" }))
    expect([...assets.keys()]).toEqual(["abc.zip"])
  })

  test("keep the extension of a file", async () => {
    const { assets, parameters } = await readStack(asset({ path: "asset.abc.json", id: "abc", packaging: "file" }))
    expect([...assets]).toEqual([["abc.json", { path: join(folder, "asset.abc.json"), form: "file" }]])
    expect(parameters.get("Key")).toBe("||abc.json")
  })

  test("have parameters that those of the options replace", async () => {
    const { parameters } = await readStack(asset({ path: "a", id: "abc", packaging: "zip" }), {
      parameters: { Bucket: "own" },
    })
    expect(parameters.get("Bucket")).toBe("own")
  })

  test("that are container images are not files", async () => {
    const { assets, parameters } = await readStack(
      asset({ path: "a", id: "abc", packaging: "container-image", s3KeyParameter: undefined }),
    )
    expect([assets.size, parameters.size]).toEqual([0, 0])
  })

  test("are only the entries of their type that have a map as data", async () => {
    const data = { path: "a", id: "abc", packaging: "zip", s3KeyParameter: "Key" }
    const { assets } = await readStack({
      metadata: {
        "/App/A": [
          { type: "aws:cdk:info", data },
          { type: "aws:cdk:asset", data: "text" },
        ],
      },
    })
    expect(assets.size).toBe(0)
  })
})

describe("an asset manifest", () => {
  test("yields a folder, an archive or a file for each destination's key", async () => {
    const file = (path: string, packaging: string, ...keys: string[]) => ({
      source: { path, packaging },
      destinations: Object.fromEntries(keys.map((objectKey, index) => [`d${index}`, { objectKey }])),
    })
    await write({
      "App.assets.json": {
        files: {
          a: file("asset.a", "zip", "a.zip", "copy/a.zip"),
          b: file("asset.b.zip", "file", "b.zip"),
          c: file("App.template.json", "file", "c.json"),
          d: { source: { executable: ["make"] }, destinations: { d: { objectKey: "d.zip" } } },
        },
      },
    })
    expect(Object.fromEntries(await readAssetManifest(join(folder, "App.assets.json")))).toEqual({
      "a.zip": { path: join(folder, "asset.a"), form: "folder" },
      "copy/a.zip": { path: join(folder, "asset.a"), form: "folder" },
      "b.zip": { path: join(folder, "asset.b.zip"), form: "zip" },
      "c.json": { path: join(folder, "App.template.json"), form: "file" },
    })
  })

  test.each([[{}], [[]], [{ files: [] }], [{ files: "none" }]])("without files has no assets: %j", async (content) => {
    await write({ "App.assets.json": content })
    expect((await readAssetManifest(join(folder, "App.assets.json"))).size).toBe(0)
  })

  test("applies to every stack of its assembly", async () => {
    const files = { a: { source: { path: "asset.a", packaging: "zip" }, destinations: { d: { objectKey: "a.zip" } } } }
    const stack = { type: "aws:cloudformation:stack", properties: { templateFile: "App.template.json" } }
    await write({
      "manifest.json": {
        artifacts: {
          One: stack,
          Two: stack,
          Tree: { type: "cdk:tree", properties: { file: "tree.json" } },
          Assets: { type: "cdk:asset-manifest", properties: { file: "App.assets.json" } },
        },
      },
      "App.assets.json": { files },
      "App.template.json": template,
    })
    const stacks = await readAssembly(folder, {})
    expect(stacks.map(({ stackName, assets }) => [stackName, [...assets.keys()]])).toEqual([
      ["One", ["a.zip"]],
      ["Two", ["a.zip"]],
    ])
  })
})

test.each([[[]], [{}], [{ artifacts: [] }]])("rejects a manifest without artifacts: %j", async (manifest) => {
  await write({ "manifest.json": manifest })
  await expect(readAssembly(folder, {})).rejects.toThrowError(
    expect.objectContaining({
      code: "TEMPLATE_UNREADABLE",
      message: `${join(folder, "manifest.json")} is not the manifest of a cloud assembly: no artifacts.`,
    }),
  )
})
