// When a handler can use the network, it is redirected; until then, nothing of it is loaded.
import { afterEach, expect, test } from "vitest"
import { closeLambdas, startLambda } from "../testing/lambda-under-test.ts"
import { withoutNetwork } from "./before-network.ts"

afterEach(() => closeLambdas())

/** A handler that returns whether what connects is loaded. */
const returnLoaded = `export const handler = async () =>
  ["tls", "dns"].filter((name) => process.moduleLoadList.includes("NativeModule " + name))`

test("a handler that imports nothing loads nothing of the network", async () => {
  expect(await startLambda(returnLoaded).call()).toEqual([])
})

test("modules that open no connections load nothing of the network", async () => {
  const imports = [...withoutNetwork].map((name) => `await import("node:${name}")\n`).join("")
  expect(await startLambda(imports + returnLoaded).call()).toEqual([])
})

test("any other module loads it, so that it is redirected before the module runs", async () => {
  expect(await startLambda(`import "node:dgram"\n${returnLoaded}`).call()).toEqual(["tls", "dns"])
})

const host = "abc123.execute-api.eu-west-1.amazonaws.com"

test.each([
  ["an import", `import https from "node:https"`],
  ["a name without its scheme", `import https from "https"`],
  ["require", `import { createRequire } from "node:module"\nconst https = createRequire(import.meta.url)("https")`],
  ["process.getBuiltinModule", `const https = process.getBuiltinModule("node:https")`],
])("the network is redirected for %s", async (_way, load) => {
  const source = `${load}
    export const handler = () => new Promise((resolve) => {
      https.get("https://${host}/").on("error", ({ code }) => resolve(code))
    })`
  expect(await startLambda(source).call()).toBe("ERR_NOT_SERVED_LOCALLY")
})
