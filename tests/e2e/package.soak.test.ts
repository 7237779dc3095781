// The published packages as their users run them: the examples, the test library, and on other versions of Node.js.
import { execFile } from "node:child_process"
import { once } from "node:events"
import { mkdtempSync, readFileSync, writeFileSync } from "node:fs"
import type { AddressInfo } from "node:net"
import { delimiter, dirname, join } from "node:path"
import { promisify } from "node:util"
import { describe, expect, onTestFinished, test } from "vitest"
import { WebSocketServer } from "ws"
import { installNode } from "../../scripts/npm.ts"
import { ask, pathOfMachine, startCommand, useInstalledPackages } from "../testing/installed-packages.ts"

const root = join(import.meta.dirname, "..", "..")
const run = promisify(execFile)
const installed = useInstalledPackages({ by: "npm" })

test("the types of both tarballs are clean for Are the Types Wrong", async () => {
  const attw = join(root, "node_modules", ".bin", "attw")
  for (const packed of [installed.tarball, installed.clientTarball]) await run(attw, [packed, "--profile", "esm-only"])
})

describe("npx apigw-local", () => {
  test("serves a template on the Node.js of this machine, which may be older", async () => {
    const path = pathOfMachine()
    const { Url } = await startCommand(installed.copyExample("cloudformation"), ["template.yaml"], { path }).ready
    expect(await ask(Url, "hello")).toBe("HELLO")
  })

  test("finds the SAM template in its folder", async () => {
    const { Url } = await startCommand(installed.copyExample("sam")).ready
    expect(JSON.parse(await ask(Url, { action: "ping" }))).toEqual({ pong: expect.any(String) })
  })

  test("finds the CDK app in its folder, synthesizes it and serves its TypeScript handler", async () => {
    installed.provide("aws-cdk-lib", "constructs", "esbuild")
    const { Url } = await startCommand(installed.copyExample("cdk")).ready
    expect(await ask(Url, "echo me")).toBe("echo me")
  })

  test.each(["20.19", "22.12"])("alone serves a CDK app on Node.js %s", async (version) => {
    installed.provide("aws-cdk-lib", "constructs", "esbuild")
    const path = [dirname(installNode(installed.folder, version)), process.env.PATH].join(delimiter)
    const { Url } = await startCommand(installed.copyExample("cdk"), [], { path }).ready
    expect(await ask(Url, version)).toBe(version)
  })

  test("serves a changed handler of a CDK app with --watch", async () => {
    installed.provide("aws-cdk-lib", "constructs", "esbuild")
    const cwd = installed.copyExample("cdk")
    const command = startCommand(cwd, ["--watch"])
    const { Url } = await command.ready
    expect(await ask(Url, "first")).toBe("first")
    const handler = join(cwd, "lib", "handler.ts")
    writeFileSync(handler, readFileSync(handler, "utf8").replace("body }\n", "body: body.toUpperCase() }\n"))
    await command.reloaded
    expect(await ask(Url, "second")).toBe("SECOND")
  })

  test("reports an empty folder, and a CDK app that fails after its own output, and exits with 1", async () => {
    const empty = startCommand(mkdtempSync(join(installed.folder, "empty-")))
    empty.ready.catch(() => {})
    expect(await empty.exited).toBe(1)
    expect(empty.output()).toContain("has nothing to serve.")

    const broken = mkdtempSync(join(installed.folder, "broken-"))
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
    installed.provide("vitest", "vite")
    const cwd = installed.copyExample("vitest", "cloudformation")
    await run(process.execPath, [join(root, "node_modules", "vitest", "vitest.mjs"), "run", "--root", cwd], { cwd })
  })

  test("works in Jest", async () => {
    installed.provide("jest", "@jest/globals")
    const cwd = installed.copyExample("jest", "cloudformation")
    const jest = join(root, "node_modules", "jest", "bin", "jest.js")
    const config = JSON.stringify({ rootDir: cwd, transform: {}, testMatch: ["**/*.test.mjs"] })
    await run(process.execPath, ["--experimental-vm-modules", jest, "--config", config], { cwd })
  })

  test("works in node:test", async () => {
    const cwd = installed.copyExample("node-test", "cloudformation")
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
    const file = join(installed.folder, "twenty.mjs")
    writeFileSync(file, program)
    const source = join(installed.copyExample("cloudformation"), "template.yaml")
    const { stdout } = await run(process.execPath, [file, source])
    expect(stdout).toContain("all closed")
  })
})

test("the client follows a document in Node.js", async () => {
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
  installed.provide("react")
  const file = join(installed.folder, "follow.mjs")
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
