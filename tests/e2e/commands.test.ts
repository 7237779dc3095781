// The npm commands as processes: start, stop, help and the end after an error. Their options and error messages have tests
// next to their code (start-command.test.ts, gateway/src/cli).
import { spawn } from "node:child_process"
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { createServer } from "node:net"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { text } from "node:stream/consumers"
import { stripVTControlCharacters } from "node:util"
import { expect, onTestFinished, test } from "vitest"
import packageJson from "../../package.json" with { type: "json" }
import { defaultAssembly, prepareSystem } from "../../scripts/prepare-system.ts"
import { runCommand } from "../testing/command.ts"
import { openSocket, rejectedHandshake } from "../testing/open-socket.ts"
import type { CommandResult } from "../testing/run-commands.ts"
import { accept, echoEvent, webSocketTemplate } from "../testing/template.ts"

const root = join(import.meta.dirname, "..", "..")
const gateway = (...args: string[]) => runCommand("gateway/src/cli/main.ts", args)

/** Writes a template. @returns its path */
function templateFile(template: string): string {
  const folder = mkdtempSync(join(tmpdir(), "commands-test-"))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  writeFileSync(join(folder, "template.json"), template)
  return join(folder, "template.json")
}

test("npm start is ready within ten seconds, serves the APIs and the page, and exits with 0 on SIGTERM", async () => {
  // The time of a start without a synthesis, as that of every start but the first.
  await prepareSystem({ outdir: defaultAssembly })
  const startedAt = performance.now()
  const command = runCommand("scripts/start.ts", ["--json", "--port", "0"])
  const ready = await command.jsonLine(({ event }) => event === "ready")
  expect(performance.now() - startedAt).toBeLessThan(10_000)
  const { WebSocketApiUrl, WebSocketApiId, WebSocketApiStage, ApiEndpoint, WebUrl } = ready.outputs
  expect(WebSocketApiUrl).toMatch(/^ws:\/\/localhost:\d+\/dev$/)
  expect(WebSocketApiId).toMatch(/^[a-z0-9]{10}$/)
  expect(WebSocketApiStage).toBe("dev")
  expect(ready.credentials).toMatchObject({
    accessKeyId: expect.stringMatching(/^AKIA[A-Z0-9]{16}$/),
    secretAccessKey: expect.stringMatching(/^.{40}$/),
  })

  const socket = await openSocket(WebSocketApiUrl)
  socket.send({ action: "ping" })
  expect(await socket.nextJson()).toEqual({ status: "pong" })
  socket.send({ action: "dance" })
  expect(await socket.nextJson()).toMatchObject({ status: "error", errorCode: "UNKNOWN_ACTION" })
  socket.send("this is not JSON")
  expect(await socket.nextJson()).toMatchObject({ status: "error", errorCode: "BAD_REQUEST" })
  socket.send({ action: "progress", documentId: "no-such-document" })
  expect(await socket.nextJson()).toMatchObject({
    status: "error",
    errorCode: "DOCUMENT_NOT_FOUND",
    recoverable: false,
  })
  expect(await rejectedHandshake(WebSocketApiUrl.replace("/dev", "/prod"))).toMatchObject({ status: 403 })

  const page = await fetch(WebUrl)
  expect(page.headers.get("content-type")).toContain("text/html")
  const config = await (await fetch(`${WebUrl}/config.json`)).json()
  expect(config).toMatchObject({ webSocketUrl: WebSocketApiUrl, apiEndpoint: ApiEndpoint })

  const json = { "content-type": "application/json" }
  const post = (body: object) =>
    fetch(`${ApiEndpoint}/documents`, { method: "POST", headers: json, body: JSON.stringify(body) })
  expect((await post({ fileName: "a.pdf" })).status).toBe(400)
  expect((await post({ fileName: "a.exe", contentType: "application/x-msdownload", sizeBytes: 9 })).status).toBe(415)
  expect((await post({ fileName: "a.pdf", contentType: "application/pdf", sizeBytes: 1e12 })).status).toBe(413)
  expect((await fetch(`${ApiEndpoint}/documents/unknown`)).status).toBe(404)

  command.kill("SIGTERM")
  expect(await socket.closed).toEqual({ code: 1001, reason: "Going away" })
  expect(await command.exitCode).toBe(0)
})

test("npm start says on a terminal that it starts, before it has loaded", async () => {
  const script = `import pty, sys; sys.exit(pty.spawn(sys.argv[1:]) >> 8)`
  const child = spawn(
    "python3",
    ["-c", script, process.execPath, join(root, "scripts", "start.mjs"), "no-such-file.pdf"],
    { cwd: root },
  )
  const output = await text(child.stdout)
  expect(stripVTControlCharacters(output)).toMatch(
    /^Starting Document Insight\.\.\.\r\n.*no-such-file\.pdf does not exist\./,
  )
  // What is imported is loaded before the first line of the file runs.
  expect(readFileSync(join(root, "scripts", "start.mjs"), "utf8")).not.toMatch(/^import (?!\()/m)
})

test("exits with 0 when the reader of its output closes the pipe", async () => {
  const template = templateFile(webSocketTemplate({ routes: { $default: { code: echoEvent, twoWay: true } } }))
  const command = gateway(template, "--json", "--port", "0")
  const { outputs } = await command.jsonLine(({ event }) => event === "ready")
  const socket = await openSocket(outputs.Url)
  socket.send("hello")
  expect(await socket.nextJson()).toMatchObject({ body: "hello", requestContext: { routeKey: "$default" } })
  command.closeStdout()
  socket.send("hello")
  expect(await socket.closed).toEqual({ code: 1001, reason: "Going away" })
  expect(await command.exitCode).toBe(0)
  expect(command.stderr()).toBe("")
})

test("prints one sentence and a hint and exits with 1 when its port is in use", async () => {
  const server = createServer()
  onTestFinished(() => void server.close())
  const port = await new Promise<number>((resolve) => {
    server.listen(0, "127.0.0.1", () => resolve((server.address() as { port: number }).port))
  })
  const queue = { Queue: { Type: "AWS::SQS::Queue", Properties: {} } }
  const template = templateFile(webSocketTemplate({ routes: { $default: { code: accept } }, resources: queue }))
  const command = gateway(template, "--port", String(port))
  expect(await command.exitCode).toBe(1)
  expect(command.stdout()).toBe("")
  expect(command.stderr()).toMatch(new RegExp(`^Port ${port} is in use\\.\\n {2}Hint: [^\\n]+\\n$`))
})

/** The commands of package.json that are ours: name, script, fixed arguments. */
const ourScripts = Object.entries(packageJson.scripts)
  .map(([name, line]): [string, string] => [
    name,
    line.replace("scripts/start.mjs", "scripts/run.mjs scripts/start.ts"),
  ])
  .filter(([, line]) => line.startsWith("node scripts/run.mjs "))
const npmCommands = ourScripts.map(([name, line]): [string, string, string[]] => {
  const [script = "", ...args] = line.replace("node scripts/run.mjs ", "").split(" ")
  return [name, script, args]
})

test("npm commands print their help, and reject unknown options with the known ones", async () => {
  const help = npmCommands.map(([, script, args]) => [script, [...args, "--help"]])
  const rejected = npmCommands.map(([, script, args]) => [script, [...args, "--no-such-option"]])
  const versions = ["scripts/start.ts", "scripts/gateway.ts"].map((script) => [script, ["--version"]])
  const command = runCommand("tests/testing/run-commands.ts", [JSON.stringify([...help, ...rejected, ...versions])])
  expect(await command.exitCode).toBe(0)
  expect(command.stderr()).toBe("")
  const results: CommandResult[] = JSON.parse(command.stdout())

  const known =
    /^--no-such-option is not a known option\.\n {2}Hint: Known options: (--[\w-]+( [A-Z=]+)?, )*--help(, --version)?\.\n$/
  for (const [name] of npmCommands) {
    const text = expect.stringMatching(new RegExp(`npm (run )?${name}\\b|^ +apigw-local `, "m"))
    const printed = results.shift()
    expect(printed, name).toEqual({ stdout: text, stderr: "", exitCode: 0 })
    expect(printed?.stdout).toContain("--help")
    if (name === "start" || name === "gateway") expect(printed?.stdout).toContain("--iam MODE")
  }
  for (const [name] of npmCommands) {
    expect(results.shift(), name).toEqual({ stdout: "", stderr: expect.stringMatching(known), exitCode: 1 })
  }
  const version = { stdout: expect.stringMatching(/^\d+\.\d+\.\d+\n$/), stderr: "", exitCode: 0 }
  expect(results).toEqual(versions.map(() => version))
})
