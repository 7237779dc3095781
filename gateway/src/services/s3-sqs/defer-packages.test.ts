// fastify with packages that are loaded when it uses them.
import { execFileSync } from "node:child_process"
import { join } from "node:path"
import { expect, test } from "vitest"

const start = `import { createRequire } from "node:module"
import { join } from "node:path"
import { deferPackages } from ${JSON.stringify(join(import.meta.dirname, "defer-packages.ts"))}
deferPackages()
const { buildApp } = await import("fauxqs")
const app = buildApp({ logger: false })
const { cache } = createRequire(import.meta.url)
const isLoaded = (name) => Object.keys(cache).some((path) => path.includes(join("node_modules", name, "")))`

function run(program: string): unknown {
  const flags = ["--disable-warning=ExperimentalWarning", "--input-type=module"]
  const output = execFileSync(process.execPath, [...flags, "--eval", `${start}\n${program}`], {
    cwd: import.meta.dirname,
    encoding: "utf8",
  })
  return JSON.parse(output)
}

test("the stand-in serves without the packages that compile schemas and compare versions", () => {
  const program = `const { statusCode } = await app.inject({ method: "PUT", url: "/bucket", headers: { host: "localhost" } })
    console.log(JSON.stringify([statusCode, ...["ajv", "json-schema-ref-resolver", join("semver", "classes")].map(isLoaded)]))`
  expect(run(program)).toEqual([200, false, false, false])
})

test("schemas validate requests and serialize responses", () => {
  const program = `const text = { type: "object", required: ["a"], properties: { a: { type: "string" } } }
    app.get("/with/a/schema", { schema: { querystring: text, response: { 200: text } } }, async () => ({ a: 1, b: 2 }))
    const bodyOf = async (url) => (await app.inject(url)).body
    console.log(JSON.stringify([await bodyOf("/with/a/schema?a=x"), await bodyOf("/with/a/schema")]))`
  expect(run(program)).toEqual(['{"a":"1"}', expect.stringContaining("required property 'a'")])
})

test("a plugin for another version of fastify is rejected", () => {
  const program = `const plugin = Object.assign(async () => {}, { [Symbol.for("plugin-meta")]: { name: "new", fastify: ">=99" } })
    app.register(plugin)
    console.log(JSON.stringify(await app.ready().then(() => "ready", (error) => error.message)))`
  expect(run(program)).toContain("expected '>=99' fastify version")
})
