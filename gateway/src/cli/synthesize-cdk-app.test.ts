import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { expect, onTestFinished, test } from "vitest"
import { synthesizeCdkApp } from "./synthesize-cdk-app.ts"

/** An app that writes its environment as if it were an assembly. */
const app = `
const { mkdirSync, writeFileSync } = require("node:fs")
const { CDK_OUTDIR, CDK_CONTEXT_JSON, CDK_DEFAULT_REGION, FROM_OUTSIDE } = process.env
mkdirSync(CDK_OUTDIR, { recursive: true })
const seen = { context: JSON.parse(CDK_CONTEXT_JSON), CDK_DEFAULT_REGION, FROM_OUTSIDE, folder: process.cwd() }
writeFileSync(CDK_OUTDIR + "/manifest.json", JSON.stringify(seen))
`

function appFolder(files: Record<string, string>) {
  const folder = mkdtempSync(join(tmpdir(), "cdk-app-"))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text)
  const outdir = join(folder, "out")
  const printed: string[] = []
  // biome-ignore lint/style/noProcessEnv: the app is run by the node that runs the test
  const env = { PATH: process.env.PATH, FROM_OUTSIDE: "yes" }
  const print = (output: string) => printed.push(output)
  const synthesize = (context: [string, string][] = []) =>
    synthesizeCdkApp({ folder, outdir, env, context: new Map(context), print })
  return { folder, outdir, printed, synthesize }
}

test("runs the app command in its folder, with the merged context and an output folder", async () => {
  const { folder, outdir, synthesize } = appFolder({
    "app.cjs": app,
    "cdk.json": JSON.stringify({ app: "node app.cjs", context: { own: 1, replaced: "cdk.json" } }),
    "cdk.context.json": JSON.stringify({ lookedUp: true }),
  })
  await synthesize([["replaced", "option"]])
  expect(JSON.parse(readFileSync(join(outdir, "manifest.json"), "utf8"))).toEqual({
    context: {
      "aws:cdk:enable-asset-metadata": true,
      "aws:cdk:enable-path-metadata": true,
      own: 1,
      replaced: "option",
      lookedUp: true,
    },
    CDK_DEFAULT_REGION: "us-east-1",
    FROM_OUTSIDE: "yes",
    folder,
  })
})

test("prints what a failing app printed, then reports its exit code", async () => {
  const failing = `node -e "console.log('to stdout'); console.error('to stderr'); process.exit(3)"`
  const { printed, synthesize, outdir } = appFolder({ "cdk.json": JSON.stringify({ app: failing }) })
  await expect(synthesize()).rejects.toThrow("failed with exit code 3.")
  expect(printed.join("")).toContain("to stdout")
  expect(printed.join("")).toContain("to stderr")
  expect(existsSync(outdir)).toBe(false)
})

test("an app that writes no assembly, a cdk.json without app and one that is not JSON are errors", async () => {
  await expect(appFolder({ "cdk.json": '{"app":"exit 0"}' }).synthesize()).rejects.toThrow("wrote no cloud assembly")
  await expect(appFolder({ "cdk.json": "{}" }).synthesize()).rejects.toThrow('has no "app"')
  await expect(appFolder({ "cdk.json": "{" }).synthesize()).rejects.toThrow("is not JSON")
})
