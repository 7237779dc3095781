// Functions that `sam build` bundles by esbuild: here they are bundled when they are deployed.
import { mkdirSync, mkdtempSync, readdirSync, rmSync, utimesSync, writeFileSync } from "node:fs"
import { createRequire } from "node:module"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterEach, expect, onTestFinished, test, vi } from "vitest"
import { loadDefinition } from "../cloudformation/load-definition.ts"
import type { BuildProperties } from "../definition/lambda.ts"
import { bundleCode, entryPointsOf } from "./bundle-code.ts"
import { prepareCode } from "./function-code.ts"
import { closeLambdas, defineFunction, startLambda } from "./testing/lambda-under-test.ts"

afterEach(closeLambdas)

function folderWith(files: Record<string, string>): string {
  const folder = mkdtempSync(join(tmpdir(), "bundle-code-"))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(join(folder, name, ".."), { recursive: true })
    writeFileSync(join(folder, name), text)
  }
  return folder
}

const template = `
Transform: AWS::Serverless-2016-10-31
Resources:
  Api: { Type: AWS::Serverless::HttpApi }
  Function:
    Type: AWS::Serverless::Function
    Properties:
      Runtime: nodejs24.x
      CodeUri: src/
      Handler: app.handler
      Events: { Get: { Type: HttpApi, Properties: { ApiId: !Ref Api, Path: /, Method: get } } }
    Metadata:
      BuildMethod: esbuild
      BuildProperties:
        EntryPoints: [app.ts]
        Format: esm
        OutExtension: [.js=.mjs]
        Loader: [.txt=text]
        Target: es2022
        Minify: false
`

test("a TypeScript handler is bundled with its build properties", async () => {
  const folder = folderWith({
    "template.yaml": template,
    "src/app.ts": `import { add } from "./add"
      import text from "./text.txt"
      export const handler = async (event: { a: number }): Promise<unknown> => [add(event.a, 1), text, import.meta.url]`,
    "src/add.ts": "export const add = (a: number, b: number): number => a + b",
    "src/text.txt": "a text",
  })
  const { functions } = await loadDefinition(join(folder, "template.yaml"))
  const lambda = startLambda(functions)
  const { functionName = "", arn = "" } = functions[0] ?? {}
  const result = await lambda.invoke(arn, JSON.stringify({ a: 2 }))
  expect(result).toMatchObject({ outcome: "responded" })
  expect(JSON.parse((result as { payload: string }).payload)).toEqual([3, "a text", expect.stringMatching(/app\.mjs$/)])
  expect(functionName).toContain("Function")
})

const build: BuildProperties = { entryPoints: [], external: [], loader: [], outExtension: [] }
const define = (folder: string, overrides: Partial<BuildProperties> = {}, handler = "index.handler") =>
  defineFunction("", { handler, code: { form: "folder", path: folder, build: { ...build, ...overrides } } })

test("the handler is the entry point when none is named, and a changed file is bundled again", async () => {
  const folder = folderWith({ "index.ts": "export const handler = async (): Promise<string> => 'first'" })
  const lambda = startLambda([define(folder)])
  expect(await lambda.call()).toBe("first")
  writeFileSync(join(folder, "index.ts"), "export const handler = async (): Promise<string> => 'second'")
  utimesSync(join(folder, "index.ts"), new Date(), new Date(Date.now() + 5000))
  lambda.deploy([define(folder)])
  expect(await lambda.call()).toBe("second")
})

test.each(["", ".ts", ".js", ".tsx", ".jsx", ".mts", ".mjs", ".cts", ".cjs"])(
  'the entry point "app" may be a file with the extension "%s"',
  (extension) => {
    // A file is one with a dot in its name.
    const name = extension === "" ? "app.handler.ts" : "app"
    const folder = folderWith({ [`${name}${extension}`]: "" })
    const file = join(folder, `${name}${extension}`)
    expect(entryPointsOf(folder, { ...build, entryPoints: [name] }, "index.handler")).toEqual([file])
  },
)

test("the AWS SDK is not bundled, and the stack trace of an error names the source", async () => {
  const folder = folderWith({
    "index.ts": `import { DynamoDBClient } from "@aws-sdk/client-dynamodb"
      export const handler = async (): Promise<void> => {
        throw new Error(typeof DynamoDBClient)
      }`,
  })
  const { errorMessage, trace } = await startLambda([define(folder)]).fail()
  expect(errorMessage).toBe("function")
  expect(trace?.join("\n")).toMatch(/index\.ts:3:15/)
})

test("what sam build has built is used as it is", async () => {
  const folder = folderWith({ "app.js": "exports.handler = async () => 'built'" })
  expect(await startLambda([define(folder, { entryPoints: ["app.ts"] }, "app.handler")]).call()).toBe("built")
})

/** Where code is placed during this test: other processes use the usual folder for temporary files too. */
function useTemporaryFolder(): string {
  const folder = folderWith({})
  for (const name of ["TMPDIR", "TEMP", "TMP"]) vi.stubEnv(name, folder)
  onTestFinished(() => void vi.unstubAllEnvs())
  return folder
}

test("a failed build is reported with its place, and leaves nothing behind", () => {
  const folder = folderWith({ "index.ts": "import { missing } from './nowhere'\nexport const handler = missing" })
  const temporary = useTemporaryFolder()
  expect(() => prepareCode(define(folder))).toThrow(
    expect.objectContaining({
      code: "BUILD_FAILED",
      message: 'index.ts:1:25: Could not resolve "./nowhere"',
      hint: "esbuild builds Function from the Metadata of the template.",
    }),
  )
  expect(readdirSync(temporary)).toEqual([])
})

/** An esbuild that runs this code instead of building. */
function bundleWith(code: string, overrides: Partial<BuildProperties> = {}) {
  const folder = folderWith({
    "index.ts": "export const handler = async () => {}",
    "node_modules/esbuild/index.js": `exports.buildSync = (options) => { exports.options = options; ${code} }`,
  })
  const options = { folder, outdir: join(folder, "out"), build: { ...build, ...overrides } }
  bundleCode(define(folder), { ...options, entryPoints: [join(folder, "index.ts")] })
  return createRequire(join(folder, "index.ts"))("esbuild").options
}

test("esbuild has the options of sam build, unless the template states others", () => {
  expect(bundleWith("")).toMatchObject({
    bundle: true,
    platform: "node",
    format: "cjs",
    target: "es2020",
    mainFields: ["main", "module"],
    minify: true,
    sourcemap: true,
    external: ["@aws-sdk/*", "aws-sdk"],
    loader: {},
    outExtension: {},
    logLevel: "silent",
  })
  const own = { format: "esm", target: "es2022", mainFields: ["module"], minify: false, external: ["sharp"] } as const
  const named = { loader: [".html=text", ".x=a=b"], outExtension: [".js=.mjs"] }
  expect(bundleWith("", { ...own, mainFields: ["module"], external: ["sharp"], ...named })).toMatchObject({
    ...own,
    external: ["@aws-sdk/*", "aws-sdk", "sharp"],
    loader: { ".html": "text", ".x": "a=b" },
    outExtension: { ".js": ".mjs" },
  })
})

test("a failed build names the first of its errors, and how many there are", () => {
  const failed = (errors: object[]) => () =>
    bundleWith(`throw Object.assign(new Error("failed"), { errors: ${JSON.stringify(errors)} })`)
  const [first, second] = [{ text: "one", location: null }, { text: "two" }]
  expect(failed([first])).toThrow(expect.objectContaining({ message: "one" }))
  expect(failed([first, second, second])).toThrow(expect.objectContaining({ message: "one (and 2 more)" }))
})

test("an esbuild that does not run is reported with its own message, and leaves nothing behind", () => {
  const problem = 'The package "@esbuild/linux-x64" could not be found, and is needed by esbuild.'
  const folder = folderWith({
    "index.ts": "export const handler = async () => {}",
    "node_modules/esbuild/index.js": `exports.buildSync = () => { throw new Error(${JSON.stringify(problem)}) }`,
  })
  const temporary = useTemporaryFolder()
  expect(() => prepareCode(define(folder))).toThrow(
    expect.objectContaining({
      code: "BUILD_FAILED",
      message: problem,
      hint: "esbuild builds Function from the Metadata of the template.",
    }),
  )
  expect(readdirSync(temporary)).toEqual([])
})
