import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { expect, onTestFinished, test } from "vitest"
import { explainSynthesisFailure } from "./explain-synthesis-failure.ts"
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

/** An app that prints the text on stderr and fails. */
const printing = (text: string) => ({
  "fail.cjs": `console.error(${JSON.stringify(text)}); process.exit(1)`,
  "cdk.json": '{"app":"node fail.cjs"}',
})

test("a NodejsFunction without esbuild and Docker is one sentence with the package to install", async () => {
  const frame = "    at new Bundling2 (/app/node_modules/aws-cdk-lib/aws-lambda-nodejs/lib/bundling.js:1:11183)"
  const failures = [
    `Error: spawnSync docker ENOENT\n${frame}`,
    `Cannot connect to the Docker daemon at unix:///var/run/docker.sock. Is the docker daemon running?\n${frame}`,
  ]
  for (const text of failures) {
    const { folder, printed, synthesize } = appFolder(printing(text))
    await expect(synthesize()).rejects.toMatchObject({
      message: "The CDK app bundles functions (NodejsFunction), but esbuild is not installed, and Docker does not run.",
      hint: `Run "npm install --save-dev esbuild" in ${folder}.`,
    })
    expect(printed).toEqual([])
  }
})

test("an asset that is built in Docker without esbuild names Docker", async () => {
  const { printed, synthesize } = appFolder(printing("Error: spawnSync docker ENOENT\n at aws-lambda-python-alpha"))
  await expect(synthesize()).rejects.toMatchObject({
    message: "The CDK app builds an asset in Docker, which does not run on this machine.",
    hint: expect.stringContaining("Start Docker"),
  })
  expect(printed).toEqual([])
})

test("an app whose packages are not installed is one sentence with npm install", async () => {
  const texts = [
    "Error: Cannot find package 'aws-cdk-lib' imported from /a.mjs",
    "Cannot find module 'aws-cdk-lib/aws-s3'",
  ]
  for (const text of texts) {
    const { folder, printed, synthesize } = appFolder(printing(text))
    await expect(synthesize()).rejects.toMatchObject({
      message: "The CDK app needs the package aws-cdk-lib, which is not installed.",
      hint: `Run "npm install" in ${folder}.`,
    })
    expect(printed).toEqual([])
  }
})

test.each([
  [
    'npm error npx canceled due to missing packages and no YES option: ["tsx@4.23.15"]',
    'The "app" of cdk.json runs tsx, which is not installed.',
    'Run "npm install" in FOLDER, or "npm install --save-dev tsx".',
  ],
  [
    "ModuleNotFoundError: No module named 'aws_cdk'",
    "The CDK app needs the Python module aws_cdk, which is not installed.",
    'Activate the virtual environment of the app, or run "pip install -r requirements.txt" in FOLDER.',
  ],
])("a missing program or module is one sentence with the command that installs it: %s", (output, message, hint) => {
  const failure = explainSynthesisFailure(output, "FOLDER")
  expect(failure).toEqual({ message, hint })
})

test("an app that fails in its own code beside a failed Docker of another name prints its output", async () => {
  const { printed, synthesize } = appFolder(printing("Error: no docker here\n at aws-lambda-nodejs"))
  await expect(synthesize()).rejects.toThrow("failed with exit code 1.")
  expect(printed.join("")).toContain("no docker here")
})

test("an app that writes no assembly, a cdk.json without app and one that is not JSON are errors", async () => {
  await expect(appFolder({ "cdk.json": '{"app":"exit 0"}' }).synthesize()).rejects.toThrow("wrote no cloud assembly")
  await expect(appFolder({ "cdk.json": "{}" }).synthesize()).rejects.toThrow('has no "app"')
  await expect(appFolder({ "cdk.json": "{" }).synthesize()).rejects.toThrow("is not JSON")
})
