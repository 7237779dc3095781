// The AWS SDK that functions import without bundling it, from a project, a layer, or a cache that npm fills.
import { execFileSync } from "node:child_process"
import { once } from "node:events"
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { createServer } from "node:http"
import type { AddressInfo } from "node:net"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterAll, afterEach, beforeAll, expect, onTestFinished, test, vi } from "vitest"
import type { LogFields } from "../foundation/log.ts"
import { isInRuntime } from "./runtime/module-search.ts"
import { createSdkPackages, importedPackages, SDK_VERSION } from "./sdk-packages.ts"
import { closeLambdas, defineFunction, startLambda } from "./testing/lambda-under-test.ts"

afterEach(closeLambdas)

function folderWith(files: Record<string, string>): string {
  const folder = mkdtempSync(join(tmpdir(), "sdk-packages-"))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(join(folder, name, ".."), { recursive: true })
    writeFileSync(join(folder, name), text)
  }
  return folder
}

// A package that no project has, in a registry of this test.
const PACKAGE = "@aws-sdk/client-of-this-test"
let registry: { url: string; requests: string[]; close(): void }

beforeAll(async () => {
  const folder = mkdtempSync(join(tmpdir(), "sdk-registry-"))
  mkdirSync(join(folder, "package"))
  const manifest = { name: PACKAGE, version: "3.900.0", main: "index.js" }
  writeFileSync(join(folder, "package", "package.json"), JSON.stringify(manifest))
  writeFileSync(join(folder, "package", "index.js"), "exports.answer = 42")
  execFileSync("tar", ["-czf", "package.tgz", "package"], { cwd: folder })
  const archive = readFileSync(join(folder, "package.tgz"))
  rmSync(folder, { recursive: true })
  const requests: string[] = []
  const server = createServer((request, response) => {
    requests.push(request.url ?? "")
    if (request.url?.endsWith(".tgz")) return response.end(archive)
    if (!decodeURIComponent(request.url ?? "").includes(PACKAGE)) return response.writeHead(404).end("{}")
    const dist = { tarball: `${registry.url}package.tgz` }
    const newer = { ...manifest, version: "3.99999.0", dist: { tarball: `${registry.url}none.tgz` } }
    const versions = { "3.900.0": { ...manifest, dist }, "3.99999.0": newer }
    response.end(JSON.stringify({ name: PACKAGE, "dist-tags": { latest: "3.99999.0" }, versions }))
  }).listen(0, "127.0.0.1")
  await once(server, "listening")
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`
  registry = { url, requests, close: () => server.close().closeAllConnections() }
})
afterAll(() => registry.close())

function startSdkPackages(projectFolder = folderWith({})) {
  const logged: { event: string; fields?: LogFields }[] = []
  const add = (event: string, fields?: LogFields) => void logged.push({ event, ...(fields ? { fields } : {}) })
  const cacheFolder = folderWith({})
  const sdk = createSdkPackages({ log: { info() {}, warn: add, error: add }, projectFolder, cacheFolder })
  return { sdk, logged, cacheFolder }
}

const importing = { "index.mjs": `import { answer } from "${PACKAGE}"; export const handler = async () => answer` }

test("a package that the project does not have is installed once, up to the pinned version, and found", async () => {
  vi.stubEnv("npm_config_registry", registry.url)
  onTestFinished(() => void vi.unstubAllEnvs())
  const { sdk, logged, cacheFolder } = startSdkPackages()
  const definition = defineFunction("", { code: { form: "folder", path: folderWith(importing) } })
  const lambda = startLambda([], { sdk })
  for (let start = 0; start < 2; start++) {
    const prepared = lambda.prepare([definition])
    await prepared.installSdk()
    prepared.commit()
    expect(await lambda.call()).toBe(42)
  }
  expect(registry.requests.filter((path) => path.endsWith(".tgz"))).toEqual(["/package.tgz"])
  expect(logged).toHaveLength(1)
  expect(logged[0]?.fields?.message).toBe(`${PACKAGE} for Function, once, into ${cacheFolder}`)
  expect(readdirSync(cacheFolder)).toHaveLength(1)
})

test("without a registry the start goes on, and one sentence has the command that installs the package", async () => {
  vi.stubEnv("npm_config_registry", "http://127.0.0.1:1/")
  onTestFinished(() => void vi.unstubAllEnvs())
  const { sdk, logged, cacheFolder } = startSdkPackages()
  const definition = defineFunction("", { code: { form: "folder", path: folderWith(importing) } })
  const lambda = startLambda([], { sdk })
  const prepared = lambda.prepare([definition])
  await prepared.installSdk()
  prepared.commit()
  expect(logged[1]?.fields).toMatchObject({
    message: expect.stringContaining(`Function will fail to import ${PACKAGE}`),
    hint: `Run: npm install --save-dev ${PACKAGE}@latest`,
  })
  expect(await lambda.fail()).toMatchObject({ errorMessage: expect.stringContaining(`'${PACKAGE}'`) })
  expect(readdirSync(cacheFolder)).toEqual([])
})

test("nothing is installed that the code, a layer or the project has", async () => {
  const { sdk, logged } = startSdkPackages(folderWith({ [`node_modules/${PACKAGE}/package.json`]: "{}" }))
  const taskRoot = folderWith({ ...importing, "node_modules/@aws-sdk/own/package.json": "{}" })
  writeFileSync(join(taskRoot, "more.js"), 'require("@aws-sdk/own"); require("@aws-sdk/of-a-layer")')
  const layer = folderWith({ "node_modules/@aws-sdk/of-a-layer/package.json": "{}" })
  const definition = { logicalId: "F", runtime: "nodejs24.x" }
  await sdk.provide([{ definition, code: { taskRoot, layerModules: [join(layer, "node_modules")] } }])
  expect(logged).toEqual([])
})

test("code that imports version 2 of the SDK is reported for a runtime that does not include it", async () => {
  const { sdk, logged } = startSdkPackages(folderWith({ "node_modules/aws-sdk/package.json": "{}" }))
  const files = { "index.js": 'require("aws-sdk")' }
  const [lacking, bundling] = [folderWith(files), folderWith({ ...files, "node_modules/aws-sdk/package.json": "{}" })]
  const place = (logicalId: string, runtime: string, taskRoot: string, layerModules: string[] = []) => ({
    definition: { logicalId, runtime },
    code: { taskRoot, layerModules },
  })
  await sdk.provide([
    place("A", "nodejs24.x", lacking),
    place("B", "nodejs24.x", bundling),
    place("C", "nodejs22.x", lacking, [join(bundling, "node_modules")]),
    place("D", "python3.13", lacking),
    place("E", "nodejs16.x", lacking),
  ])
  expect(logged).toMatchObject([
    {
      event: "Calls fail",
      fields: {
        message: "A: The code imports aws-sdk, version 2 of the SDK, which nodejs24.x does not include.",
        hint: "Add aws-sdk to the dependencies of the function, or import the packages @aws-sdk/*.",
      },
    },
  ])
})

test("code is searched once, and changed code again", async () => {
  const { sdk, logged } = startSdkPackages()
  const code = { taskRoot: folderWith({ "index.js": "" }), layerModules: [] }
  const definition = { logicalId: "F", runtime: "nodejs24.x" }
  await sdk.provide([{ definition, code }])
  writeFileSync(join(code.taskRoot, "index.js"), 'require("aws-sdk")')
  await sdk.provide([{ definition, code }])
  expect(logged).toEqual([])
  await sdk.provide([{ definition, code: { ...code } }])
  expect(logged).toMatchObject([{ event: "Calls fail" }])
})

test("finds the imports of a function's own files, minified ones too", () => {
  const folder = folderWith({
    "index.mjs":
      'import{A}from"@aws-sdk/client-a";const b=require("@aws-sdk/client-b/dist/x");await import(`@smithy/c`)',
    "lib/d.cjs": "require ( '@aws-sdk/client-d' )",
    "text.js": '// node_modules/@aws-sdk/none/index.js\n`call require("@aws-sdk/signature-v4-crt") first`',
    "node_modules/x/index.js": 'require("@aws-sdk/client-x")',
    "old.js": 'require("aws-sdk/clients/s3")',
  })
  const v3 = ["@aws-sdk/client-a", "@aws-sdk/client-b", "@aws-sdk/client-d", "@smithy/c"]
  const imported = [...importedPackages(folder, "nodejs22.x")].sort()
  expect(imported).toEqual([...v3, "aws-sdk"])
  expect(imported.filter((name) => isInRuntime(name, "nodejs22.x"))).toEqual(v3)
  expect(imported.filter((name) => isInRuntime(name, "nodejs16.x"))).toEqual(["aws-sdk"])
  expect([...importedPackages(folder, "python3.13")]).toEqual([])
})

test("the pinned version is the one that this repository uses", () => {
  const { devDependencies } = JSON.parse(readFileSync(join(import.meta.dirname, "../../package.json"), "utf8"))
  expect(SDK_VERSION).toBe(devDependencies["@aws-sdk/client-dynamodb"])
})
