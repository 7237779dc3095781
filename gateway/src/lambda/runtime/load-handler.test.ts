// Which export of which module is the handler, for each form of a module. One process loads all of them, because an
// execution environment takes much longer.
import { spawnSync } from "node:child_process"
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { dirname, join } from "node:path"
import { afterAll, beforeAll, expect, test } from "vitest"
import { acceptsCallbacks } from "./load-handler.ts"

type Case = [what: string, files: Record<string, string>, handler: string, result: unknown]

const cases: Case[] = [
  ["an ES module", { "index.mjs": "export const handler = async () => 'mjs'" }, "index.handler", "mjs"],
  ["a CommonJS module", { "index.js": "exports.handler = async () => 'cjs'" }, "index.handler", "cjs"],
  ["a CommonJS module by extension", { "index.cjs": "module.exports = { handler: () => 'x' }" }, "index.handler", "x"],
  [
    "a package of type module",
    { "package.json": '{"type":"module"}', "index.js": "export const handler = () => 'esm'" },
    "index.handler",
    "esm",
  ],
  [
    "exports Node cannot guess",
    { "index.js": "Object.assign(exports, { ['han' + 'dler']: () => 1 })" },
    "index.handler",
    1,
  ],
  ["a nested module", { "src/api/connect.mjs": "export const run = () => 'nested'" }, "src/api/connect.run", "nested"],
  ["a nested export", { "index.mjs": "export const api = { v1: { run: () => 'deep' } }" }, "index.api.v1.run", "deep"],
  ["a default export's method", { "index.mjs": "export default { handler: () => 'hi' }" }, "index.handler", "hi"],
  [
    "modules of its own",
    {
      "node_modules/pages/index.js": "module.exports = 40",
      "index.mjs": "import n from 'pages'; export const handler = () => n",
    },
    "index.handler",
    40,
  ],
]

const invalid = [
  ["index", "Runtime.MalformedHandlerName"],
  ["../index.handler", "Runtime.MalformedHandlerName"],
  ["missing.handler", "Runtime.ImportModuleError"],
  ["index.missing", "Runtime.HandlerNotFound"],
] as const

let root: string
let loaded: Record<string, unknown>

beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), "load-handler-"))
  const write = (folder: string, files: Record<string, string>) => {
    for (const [name, text] of Object.entries(files)) {
      mkdirSync(dirname(join(root, folder, name)), { recursive: true })
      writeFileSync(join(root, folder, name), text)
    }
  }
  for (const [what, files] of cases) write(what, files)
  write("invalid", { "index.mjs": "export const handler = () => 1" })
  const requests = [
    ...cases.map(([what, _files, handler]) => [what, what, handler]),
    ...invalid.map(([handler]) => [handler, "invalid", handler]),
  ]
  const program = `
    import { loadHandler } from ${JSON.stringify(new URL("./load-handler.ts", import.meta.url).href)}
    const loaded = {}
    for (const [key, folder, handler] of ${JSON.stringify(requests)}) {
      loaded[key] = await loadHandler(${JSON.stringify(root)} + "/" + folder, handler, "nodejs24.x")
        .then((run) => run(), ({ name }) => name)
    }
    console.log(JSON.stringify(loaded))
  `
  const { stdout, stderr } = spawnSync(process.execPath, ["--input-type=module", "--eval", program], {
    encoding: "utf8",
    env: { NODE_NO_WARNINGS: "1" },
  })
  expect(stderr).toBe("")
  loaded = JSON.parse(stdout)
})

afterAll(() => rmSync(root, { recursive: true }))

test.each(cases)("the code of a function may contain %s", (what, _files, _handler, result) => {
  expect(loaded[what]).toBe(result)
})

test.each(invalid)("the handler %s fails with %s", (handler, errorType) => {
  expect(loaded[handler]).toBe(errorType)
})

test("runtimes before nodejs24.x accept callbacks", () => {
  const runtimes = ["nodejs", "nodejs4.3", "nodejs8.10", "nodejs12.x", "nodejs22.x", "nodejs24.x", "nodejs26.x"]
  expect(runtimes.filter(acceptsCallbacks)).toEqual(runtimes.slice(0, 5))
})
