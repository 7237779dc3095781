// `--watch`: serves what is saved without losing a connection, and keeps serving the last version that builds.
import { mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { createDocumentsClient, ProgressClient } from "@document-insight/client"
import { contentTypeOf, isFinal, type Progress } from "@document-insight/protocol"
import { afterAll, beforeAll, expect, onTestFinished, test } from "vitest"
import { runCommand, startCommand } from "../testing/command.ts"
import { copyRepository, type RepositoryCopy } from "../testing/copy-repository.ts"
import { openSocket } from "../testing/open-socket.ts"
import { accept, webSocketTemplate } from "../testing/template.ts"

// One system for the tests that edit it: each expects what the ones before have changed.
let repository: RepositoryCopy
let command: ReturnType<typeof startCommand>
let outputs: Record<string, string>

beforeAll(async () => {
  repository = await copyRepository()
  command = startCommand("scripts/start.ts", ["--watch", "--json", "--port", "0"], repository.env, repository.root)
  const ready = await command.jsonLine(({ event }) => event === "ready")
  outputs = ready.outputs
})

afterAll(async () => {
  await command.end()
  repository.remove()
})

const reloaded = () => command.jsonLine(({ event }) => event === "reloaded")
const buildProblem = (message: RegExp) =>
  command.jsonLine(({ code, message: text }) => code === "BUILD_FAILED" && message.test(text))

test("replaces a changed function, and reports the place of a build error while the last version is served", async () => {
  const file = "functions/src/connection-handler/default.ts"
  const socket = await openSocket(outputs.WebSocketApiUrl!)
  const answer = () => {
    socket.send({ action: "ping" })
    return socket.nextJson()
  }
  expect(await answer()).toEqual({ status: "pong" })

  repository.edit(file, '{ status: "pong" }', '{ status: "pong", edition: 2 }')
  expect(await reloaded()).toMatchObject({ what: "connection-handler", recovered: false })
  expect(await answer()).toEqual({ status: "pong", edition: 2 })

  repository.edit(file, "edition: 2 }", "edition: 3 }}")
  await buildProblem(/^functions\/src\/connection-handler\/default\.ts:\d+:\d+: /)
  expect(await answer()).toEqual({ status: "pong", edition: 2 })

  repository.edit(file, "edition: 3 }}", "edition: 3 }")
  expect(await reloaded()).toMatchObject({ what: "connection-handler", recovered: true })
  expect(await answer()).toEqual({ status: "pong", edition: 3 })

  repository.edit(file, "edition: 3 }", "edition: 4 }")
  const { durationMs } = await reloaded()
  expect(await answer()).toEqual({ status: "pong", edition: 4 })
  // Measured: 40 to 90 ms on two busy cores. The limit allows for machines with more load.
  expect(durationMs).toBeLessThan(2000)
})

test("builds and serves a changed setting and a changed page, and keeps replaced functions", async () => {
  const socket = await openSocket(outputs.WebSocketApiUrl!)
  const replaced = '{ kept: true, status: "pong"'
  repository.edit("functions/src/connection-handler/default.ts", '{ status: "pong"', replaced)
  await reloaded()

  const environment = '"environments": {\n      "dev": {'
  repository.edit("cdk.json", environment, `${environment}"route_throttles": "x",`)
  await buildProblem(/route_throttles/)
  // Both in one burst, which the system is synthesized for once.
  repository.edit("web/index.html", "<title>", "<title>Edited: ")
  repository.edit("cdk.json", '"route_throttles": "x"', '"route_throttles": {"$default": {"rate": 1, "burst": 1}}')
  expect(await reloaded()).toMatchObject({ recovered: true })
  for (let n = 0; n < 3; n++) socket.send({ action: "ping" })
  const answers = [await socket.nextJson(), await socket.nextJson(), await socket.nextJson()]
  expect(answers).toContainEqual({ kept: true, status: "pong", edition: 4 })
  expect(answers).toContainEqual(expect.objectContaining({ message: "Too Many Requests" }))

  expect(await (await fetch(outputs.WebUrl!)).text()).toContain("<title>Edited: ")
})

test("processes every type of document with the changed function, which loads its packages", async () => {
  repository.edit(
    "functions/src/document-processor/reading-thread.ts",
    "InsightsCollector({ title,",
    'InsightsCollector({ title: "Edited",',
  )
  expect(await reloaded()).toMatchObject({ what: "document-processor" })

  const documents = createDocumentsClient({ apiEndpoint: outputs.ApiEndpoint! })
  const progress = new ProgressClient({ url: outputs.WebSocketApiUrl! })
  progress.open()
  onTestFinished(() => progress.close())
  const read = async (fileName: string) => {
    const body = new Uint8Array(readFileSync(join(import.meta.dirname, "..", "..", "samples", fileName)))
    const contentType = contentTypeOf(fileName) ?? ""
    const target = await documents.create({ fileName, contentType, sizeBytes: body.length })
    const end = new Promise<Progress>((resolve) => {
      progress.watch(target.documentId, (now) => isFinal(now) && resolve(now))
    })
    await documents.upload(target, body)
    expect(await end).toMatchObject({ status: "processing_complete" })
    return (await documents.get(target.documentId)).insights?.title
  }
  const names = ["progress-in-three-pages.pdf", "meeting-notes.docx", "release-letter.txt", "field-report.html"]
  // One after the other, in one execution environment.
  for (const name of names) expect(await read(name), name).toBe("Edited")
})

test("reloads a template that is replaced by a rename, also when its folder is created again", async () => {
  const folder = join(mkdtempSync(join(tmpdir(), "watch-test-")), "made")
  onTestFinished(() => rmSync(join(folder, ".."), { recursive: true }))
  const template = join(folder, "template.json")
  const save = (edition: number) => {
    const code = `export const handler = async () => ({ statusCode: 200, body: "${edition}" })`
    mkdirSync(folder, { recursive: true })
    // As most editors save: a new file replaces the old one.
    const text = webSocketTemplate({ routes: { $connect: { code: accept }, $default: { code, twoWay: true } } })
    writeFileSync(`${template}.new`, edition === 0 ? "{" : text)
    renameSync(`${template}.new`, template)
  }
  save(1)
  const command = runCommand("gateway/src/cli/main.ts", [folder, "--watch", "--json", "--port", "0"])
  const { outputs } = await command.jsonLine(({ event }) => event === "ready")
  const socket = await openSocket(outputs.Url)
  const answer = () => {
    socket.send("?")
    return socket.next()
  }
  expect(await answer()).toBe("1")
  for (const edition of [2, 3, 4]) {
    if (edition === 3) rmSync(folder, { recursive: true })
    save(edition)
    expect(await command.jsonLine(({ event }) => event === "reloaded")).toMatchObject({ what: "made" })
    expect(await answer()).toBe(String(edition))
  }
  save(0)
  // Another problem may precede it: that the template was missing while its folder was created again.
  await command.jsonLine(({ event, code }) => event === "problem" && code === "TEMPLATE_UNREADABLE")
  expect(await answer()).toBe("4")
  save(5)
  expect(await command.jsonLine(({ event }) => event === "reloaded")).toMatchObject({ recovered: true })
  expect(await answer()).toBe("5")
})
