// The published packages, installed from their tarballs into an empty folder, with the examples as its users run them.
import { execFile, execFileSync, spawn } from "node:child_process"
import { once } from "node:events"
import { cpSync, globSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs"
import type { AddressInfo } from "node:net"
import { tmpdir } from "node:os"
import { delimiter, dirname, join } from "node:path"
import { createInterface } from "node:readline"
import { promisify } from "node:util"
import { openSocket } from "@document-insight/gateway/testing"
import { publint } from "publint"
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest"
import { WebSocketServer } from "ws"
import { renderApiReference } from "../../scripts/api-reference.ts"
import { installNode, npmInstall, userEnvironment } from "../../scripts/npm.ts"
import { type PublishedPackage, packPackage } from "../../scripts/pack.ts"

const root = join(import.meta.dirname, "..", "..")
const examples = join(root, "gateway", "examples")
const run = promisify(execFile)

let folder: string
let tarball: string
let clientTarball: string

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "installed-"))
  tarball = await packPackage("gateway", folder)
  clientTarball = await packPackage("client", folder)
  writeFileSync(join(folder, "package.json"), "{}")
  npmInstall(folder, [tarball, clientTarball])
})

afterAll(() => rmSync(folder, { recursive: true }))

/** An application next to the installed package, made of an example. */
function copyExample(...names: string[]): string {
  for (const name of names) cpSync(join(examples, name), join(folder, name), { recursive: true })
  return join(folder, names[0] ?? "")
}

/** Packages that a user would install, taken from this repository to save the time. */
function provide(...packages: string[]): void {
  for (const name of packages) {
    const link = join(folder, "node_modules", name)
    mkdirSync(join(link, ".."), { recursive: true })
    rmSync(link, { recursive: true, force: true })
    symlinkSync(join(root, "node_modules", name), link)
  }
}

/** Runs `npx apigw-local` and reads its JSON lines. */
function startCommand(cwd: string, args: string[] = [], path = process.env.PATH) {
  const env = { ...userEnvironment(), PATH: path, INIT_CWD: cwd }
  // A group of its own, because npx does not pass a signal on to the command.
  const child = spawn("npx", ["apigw-local", ...args, "--json", "--port", "0"], { cwd, env, detached: true })
  let output = ""
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk) => (output += chunk))
  const exited = new Promise<number | null>((resolve) => child.on("close", resolve))
  const reloaded = Promise.withResolvers<void>()
  const ready = new Promise<Record<string, string>>((resolve, reject) => {
    createInterface(child.stdout).on("line", (line) => {
      const { event, outputs } = line.startsWith("{") ? JSON.parse(line) : {}
      if (event === "ready") resolve(outputs)
      if (event === "reloaded") reloaded.resolve()
    })
    exited.then((code) => reject(new Error(`ended with ${code}: ${output}`)))
  })
  onTestFinished(async () => {
    if (child.exitCode === null && child.pid !== undefined) process.kill(-child.pid, "SIGTERM")
    await exited
  })
  return { ready, reloaded: reloaded.promise, exited, output: () => output }
}

async function ask(url: string | undefined, message: string | object): Promise<string> {
  await using socket = await openSocket(url ?? "")
  socket.send(message)
  return await socket.next()
}

describe("the tarball", () => {
  test("holds the built package and nothing else", () => {
    const names = execFileSync("tar", ["tzf", tarball], { encoding: "utf8" }).trim().split("\n")
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
    const installed = join(folder, "node_modules", "@document-insight", "gateway", "package.json")
    const { dependencies, peerDependenciesMeta, private: isPrivate } = JSON.parse(readFileSync(installed, "utf8"))
    expect(Object.keys(dependencies).sort()).toEqual(["jose", "ws", "yaml"])
    for (const range of Object.values(dependencies)) expect(range).toMatch(/^\^/)
    expect(Object.values(peerDependenciesMeta)).toContainEqual({ optional: true })
    expect(isPrivate).toBe(undefined)
  })

  test("is clean for publint and for Are the Types Wrong", async () => {
    await lint("gateway", tarball)
  })

  test("has the API that gateway/docs/api.md describes; otherwise run `npm run api-reference`", () => {
    const page = readFileSync(join(root, "gateway", "docs", "api.md"), "utf8")
    expect(page).toBe(renderApiReference(join(root, "gateway", "dist")))
  })
})

describe("npx apigw-local", () => {
  test("serves a template", async () => {
    const cwd = copyExample("cloudformation")
    const { Url } = await startCommand(cwd, ["template.yaml"]).ready
    expect(await ask(Url, "hello")).toBe("HELLO")
  })

  test("serves a template on the Node.js of this machine, which may be older", async () => {
    const ours = join(root, "node_modules", ".bin")
    const path = process.env.PATH?.split(delimiter)
      .filter((entry) => entry !== ours)
      .join(delimiter)
    const { Url } = await startCommand(copyExample("cloudformation"), ["template.yaml"], path).ready
    expect(await ask(Url, "hello")).toBe("HELLO")
  })

  test("finds the SAM template in its folder", async () => {
    const { Url } = await startCommand(copyExample("sam")).ready
    expect(JSON.parse(await ask(Url, { action: "ping" }))).toEqual({ pong: expect.any(String) })
  })

  test("finds the CDK app in its folder, synthesizes it and serves its TypeScript handler", async () => {
    provide("aws-cdk-lib", "constructs", "esbuild")
    const { Url } = await startCommand(copyExample("cdk")).ready
    expect(await ask(Url, "echo me")).toBe("echo me")
  })

  test.each(["20.19", "22.12"])("alone serves a CDK app on Node.js %s", async (version) => {
    provide("aws-cdk-lib", "constructs", "esbuild")
    const path = [dirname(installNode(folder, version)), process.env.PATH].join(delimiter)
    const { Url } = await startCommand(copyExample("cdk"), [], path).ready
    expect(await ask(Url, version)).toBe(version)
  })

  test("serves a changed handler of a CDK app with --watch", async () => {
    provide("aws-cdk-lib", "constructs", "esbuild")
    const cwd = copyExample("cdk")
    const command = startCommand(cwd, ["--watch"])
    const { Url } = await command.ready
    expect(await ask(Url, "first")).toBe("first")
    const handler = join(cwd, "lib", "handler.ts")
    writeFileSync(handler, readFileSync(handler, "utf8").replace("body }\n", "body: body.toUpperCase() }\n"))
    await command.reloaded
    expect(await ask(Url, "second")).toBe("SECOND")
  })

  test("reports an empty folder, and a CDK app that fails after its own output, and exits with 1", async () => {
    const empty = startCommand(mkdtempSync(join(folder, "empty-")))
    empty.ready.catch(() => {})
    expect(await empty.exited).toBe(1)
    expect(empty.output()).toContain("has nothing to serve.")

    const broken = mkdtempSync(join(folder, "broken-"))
    writeFileSync(join(broken, "cdk.json"), JSON.stringify({ app: "node app.mjs" }))
    writeFileSync(join(broken, "app.mjs"), 'throw new Error("no such construct")')
    const failing = startCommand(broken)
    failing.ready.catch(() => {})
    expect(await failing.exited).toBe(1)
    expect(failing.output()).toMatch(/no such construct.*failed with exit code 1/s)
  })
})

describe("the test library", () => {
  test("works in Vitest", async () => {
    provide("vitest", "vite")
    const cwd = copyExample("vitest", "cloudformation")
    await run(process.execPath, [join(root, "node_modules", "vitest", "vitest.mjs"), "run", "--root", cwd], { cwd })
  })

  test("works in Jest", async () => {
    provide("jest", "@jest/globals")
    const cwd = copyExample("jest", "cloudformation")
    const jest = join(root, "node_modules", "jest", "bin", "jest.js")
    const config = JSON.stringify({ rootDir: cwd, transform: {}, testMatch: ["**/*.test.mjs"] })
    await run(process.execPath, ["--experimental-vm-modules", jest, "--config", config], { cwd })
  })

  test("works in node:test", async () => {
    const cwd = copyExample("node-test", "cloudformation")
    await run(process.execPath, ["--test", "shout.test.mjs"], { cwd })
  })

  test("runs twenty gateways at once in one process, which then exits", async () => {
    const program = `
      import { openSocket, startGateway } from "@document-insight/gateway/testing"
      const source = process.argv[2]
      await Promise.all(Array.from({ length: 20 }, async (_, number) => {
        const gateway = await startGateway({ source })
        const socket = await openSocket(gateway.webSocketUrl(), { timeoutMs: 30_000 })
        socket.send("gateway " + number)
        if (await socket.next() !== "GATEWAY " + number) throw new Error("another gateway answered")
        await socket.close()
        await gateway.close()
      }))
      console.log("all closed")`
    const file = join(folder, "twenty.mjs")
    writeFileSync(file, program)
    const source = join(copyExample("cloudformation"), "template.yaml")
    const { stdout } = await run(process.execPath, [file, source])
    expect(stdout).toContain("all closed")
  })
})

describe("the client's tarball", () => {
  test("holds two entry points, and depends on valibot only", () => {
    const names = execFileSync("tar", ["tzf", clientTarball], { encoding: "utf8" }).trim().split("\n")
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
    const installed = join(folder, "node_modules", "@document-insight", "client")
    const { dependencies, repository } = JSON.parse(readFileSync(join(installed, "package.json"), "utf8"))
    expect(dependencies).toEqual({ valibot: expect.stringMatching(/^\^/) })
    const { GITHUB_REPOSITORY: name } = process.env
    const url = `git+https://github.com/${name}.git`
    expect(repository).toEqual(name === undefined ? undefined : { type: "git", url, directory: "client" })
    const code = ["index.js", "react.js", "index.d.ts", "react.d.ts", "progress-client.d.ts"]
    for (const file of code)
      expect(readFileSync(join(installed, file), "utf8")).not.toContain("@document-insight/protocol")
  })

  test("is clean for publint and for Are the Types Wrong", async () => {
    await lint("client", clientTarball)
  })

  test("follows a document in Node.js", async () => {
    const server = new WebSocketServer({ port: 0, host: "127.0.0.1" })
    onTestFinished(() => void server.close())
    await once(server, "listening")
    server.on("connection", (socket) => {
      socket.on("message", (data) => {
        const { documentId } = JSON.parse(String(data))
        const counts = { sequence: 4, pagesProcessed: 3, totalPages: 3, percentComplete: 100 }
        const timestamp = "2026-11-22T21:00:00.000Z"
        socket.send(JSON.stringify({ status: "processing_complete", documentId, ...counts, timestamp }))
      })
    })
    const { port } = server.address() as AddressInfo
    provide("react")
    const file = join(folder, "follow.mjs")
    writeFileSync(
      file,
      `
      import { createDocumentsClient, DocumentError, ProgressClient } from "@document-insight/client"
      import { useDocumentProgress } from "@document-insight/client/react"
      const progress = new ProgressClient({ url: "ws://127.0.0.1:${port}/dev" })
      progress.open()
      progress.watch("report", async ({ status, percentComplete }) => {
        const documents = createDocumentsClient({ apiEndpoint: "http://127.0.0.1:1" })
        const error = await documents.get("report").catch((error) => error)
        const reason = error instanceof DocumentError ? error.reason : String(error)
        console.log(status, percentComplete, reason, typeof useDocumentProgress)
        progress.close()
      })`,
    )
    const { stdout } = await run(process.execPath, [file])
    expect(stdout).toBe("processing_complete 100 unreachable function\n")
  })
})

async function lint(name: PublishedPackage, packed: string): Promise<void> {
  const { messages } = await publint({ pkgDir: join(root, name, "dist"), strict: true })
  expect(messages).toEqual([])
  const attw = join(root, "node_modules", ".bin", "attw")
  await run(attw, [packed, "--profile", "esm-only"])
}
