// fastify with packages that are loaded when it uses them.
import { execFileSync } from "node:child_process"
import { join } from "node:path"
import { beforeAll, expect, test } from "vitest"

/** One process, because each loads fastify again. What is loaded is asked before the packages are used. */
const program = `import { createRequire } from "node:module"
import { join } from "node:path"
import { deferPackages } from ${JSON.stringify(join(import.meta.dirname, "defer-packages.ts"))}
deferPackages()
const { buildApp } = await import("fauxqs")
const { cache } = createRequire(import.meta.url)
const isLoaded = (name) => Object.keys(cache).some((path) => path.includes(join("node_modules", name, "")))

const app = buildApp({ logger: false })
const { statusCode } = await app.inject({ method: "PUT", url: "/bucket", headers: { host: "localhost" } })
const loaded = ["ajv", "json-schema-ref-resolver", join("semver", "classes")].filter(isLoaded)

const withSchema = buildApp({ logger: false })
const text = { type: "object", required: ["a"], properties: { a: { type: "string" } } }
withSchema.get("/with/a/schema", { schema: { querystring: text, response: { 200: text } } }, async () => ({ a: 1, b: 2 }))
const bodyOf = async (url) => (await withSchema.inject(url)).body
const bodies = [await bodyOf("/with/a/schema?a=x"), await bodyOf("/with/a/schema")]

const withPlugin = buildApp({ logger: false })
withPlugin.register(Object.assign(async () => {}, { [Symbol.for("plugin-meta")]: { name: "new", fastify: ">=99" } }))
const plugin = await withPlugin.ready().then(() => "ready", (error) => error.message)

console.log(JSON.stringify({ statusCode, loaded, bodies, plugin }))`

let result: { statusCode: number; loaded: string[]; bodies: string[]; plugin: string }
beforeAll(() => {
  const flags = ["--disable-warning=ExperimentalWarning", "--input-type=module"]
  const options = { cwd: import.meta.dirname, encoding: "utf8" } as const
  result = JSON.parse(execFileSync(process.execPath, [...flags, "--eval", program], options))
})

test("the stand-in serves without the packages that compile schemas and compare versions", () => {
  expect([result.statusCode, result.loaded]).toEqual([200, []])
})

test("schemas validate requests and serialize responses", () => {
  expect(result.bodies).toEqual(['{"a":"1"}', expect.stringContaining("required property 'a'")])
})

test("a plugin for another version of fastify is rejected", () => {
  expect(result.plugin).toContain("expected '>=99' fastify version")
})
