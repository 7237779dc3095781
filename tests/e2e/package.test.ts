// The contents of the published packages, and their command. package.soak.test.ts installs them with npm, runs the command
// with npx, and has the examples, the test library and other versions of Node.js.
import { execFileSync } from "node:child_process"
import { globSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { publint } from "publint"
import { describe, expect, test } from "vitest"
import { renderApiReference } from "../../scripts/api-reference.ts"
import { ask, pathOfMachine, startCommand, useInstalledPackages } from "../testing/installed-packages.ts"

const root = join(import.meta.dirname, "..", "..")
const installed = useInstalledPackages({ by: "links" })

async function problemsOf(tarball: string) {
  const { buffer } = new Uint8Array(readFileSync(tarball))
  const { messages } = await publint({ pack: { tarball: buffer }, strict: true })
  return messages
}

describe("the tarball", () => {
  test("holds the built package and nothing else", () => {
    const names = execFileSync("tar", ["tzf", installed.tarball], { encoding: "utf8" }).trim().split("\n")
    const python = globSync("src/lambda/runtime/python/**/*.py", { cwd: join(root, "gateway") })
    expect(names.filter((name) => !/\.(mjs|mjs\.map|d\.mts)$/.test(name)).sort()).toEqual([
      "package/LICENSE",
      "package/README.md",
      "package/package.json",
      "package/src/console/console.css",
      "package/src/console/console.js",
      "package/src/console/grafana-dashboard.json",
      "package/src/console/index.html",
      ...python.map((path) => `package/${path}`).sort(),
    ])
    expect(names.filter((name) => /\.test\.|\/functions\/|\/infrastructure\//.test(name))).toEqual([])
  })

  test("depends on three packages, as ranges; large ones are optional", () => {
    const manifest = join(installed.folder, "node_modules", "@document-insight", "gateway", "package.json")
    const { dependencies, peerDependenciesMeta, private: isPrivate } = JSON.parse(readFileSync(manifest, "utf8"))
    expect(Object.keys(dependencies).sort()).toEqual(["jose", "ws", "yaml"])
    for (const range of Object.values(dependencies)) expect(range).toMatch(/^\^/)
    expect(Object.values(peerDependenciesMeta)).toContainEqual({ optional: true })
    expect(isPrivate).toBe(undefined)
  })

  test("is clean for publint", async () => {
    expect(await problemsOf(installed.tarball)).toEqual([])
  })

  test("has the API that gateway/docs/api.md describes; otherwise run `npm run api-reference`", () => {
    const page = readFileSync(join(root, "gateway", "docs", "api.md"), "utf8")
    expect(page).toBe(renderApiReference(join(root, "gateway", "dist")))
  })
})

test("the command apigw-local serves a template on the Node.js of this machine, which may be older", async () => {
  const cwd = installed.copyExample("cloudformation")
  const launcher = [join(installed.folder, "node_modules", ".bin", "apigw-local")] as const
  const { Url } = await startCommand(cwd, ["template.yaml"], { launcher, path: pathOfMachine() }).ready
  expect(await ask(Url, "hello")).toBe("HELLO")
})

describe("the client's tarball", () => {
  test("holds two entry points, and depends on valibot only", () => {
    const names = execFileSync("tar", ["tzf", installed.clientTarball], { encoding: "utf8" }).trim().split("\n")
    expect(names.sort()).toEqual([
      "package/LICENSE",
      "package/README.md",
      "package/index.d.ts",
      "package/index.js",
      "package/index.js.map",
      "package/package.json",
      "package/progress-client.d.ts",
      "package/react.d.ts",
      "package/react.js",
      "package/react.js.map",
    ])
    const client = join(installed.folder, "node_modules", "@document-insight", "client")
    const { dependencies, repository } = JSON.parse(readFileSync(join(client, "package.json"), "utf8"))
    expect(dependencies).toEqual({ valibot: expect.stringMatching(/^\^/) })
    const { GITHUB_REPOSITORY: name } = process.env
    const url = `git+https://github.com/${name}.git`
    expect(repository).toEqual(name === undefined ? undefined : { type: "git", url, directory: "client" })
    const code = ["index.js", "react.js", "index.d.ts", "react.d.ts", "progress-client.d.ts"]
    for (const file of code)
      expect(readFileSync(join(client, file), "utf8")).not.toContain("@document-insight/protocol")
  })

  test("is clean for publint", async () => {
    expect(await problemsOf(installed.clientTarball)).toEqual([])
  })
})
