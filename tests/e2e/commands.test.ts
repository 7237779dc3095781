// The npm commands as processes: start, serve, stop, options, help and error messages.
import { spawn } from "node:child_process"
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { createServer } from "node:net"
import { tmpdir } from "node:os"
import { dirname, join } from "node:path"
import { text } from "node:stream/consumers"
import { stripVTControlCharacters } from "node:util"
import { describe, expect, onTestFinished, test } from "vitest"
import packageJson from "../../package.json" with { type: "json" }
import { runCommand } from "../testing/command.ts"
import { openSocket, rejectedHandshake } from "../testing/open-socket.ts"
import { accept, echoEvent, webSocketTemplate } from "../testing/template.ts"

const root = join(import.meta.dirname, "..", "..")
const start = (...args: string[]) => runCommand("scripts/start.ts", args)
const gateway = (...args: string[]) => runCommand("gateway/src/cli/main.ts", args)

function file(name: string, content: string): string {
  const folder = mkdtempSync(join(tmpdir(), "commands-test-"))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  writeFileSync(join(folder, name), content)
  return join(folder, name)
}

test("npm start is ready within ten seconds, serves the APIs and the page, and exits with 0 on SIGTERM", async () => {
  const startedAt = performance.now()
  const command = start("--json", "--port", "0")
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

test("closes as usual when SIGTERM follows the ready line at once", async () => {
  const template = file("template.json", webSocketTemplate({ routes: { $connect: { code: accept } } }))
  for (let run = 0; run < 5; run++) {
    const command = gateway(template, "--json", "--port", "0")
    await command.jsonLine(({ event }) => event === "ready")
    command.kill("SIGTERM")
    expect(await command.exitCode).toBe(0)
  }
})

test("hands the endpoints of services to functions, from variables and from --endpoint", async () => {
  const code = `export const handler = async () => {
    const { AWS_ENDPOINT_URL_BEDROCK_RUNTIME, AWS_ENDPOINT_URL_POLLY } = process.env
    return { statusCode: 200, body: JSON.stringify([AWS_ENDPOINT_URL_BEDROCK_RUNTIME, AWS_ENDPOINT_URL_POLLY]) }
  }`
  const template = file("template.json", webSocketTemplate({ routes: { $default: { code, twoWay: true } } }))
  const command = runCommand(
    "gateway/src/cli/main.ts",
    [template, "--json", "--port", "0", "--endpoint", "polly=http://127.0.0.1:2"],
    { AWS_ENDPOINT_URL_BEDROCK_RUNTIME: "http://127.0.0.1:1" },
  )
  const { outputs } = await command.jsonLine(({ event }) => event === "ready")
  const socket = await openSocket(outputs.Url)
  socket.send("?")
  expect(await socket.nextJson()).toEqual(["http://127.0.0.1:1", "http://127.0.0.1:2"])
})

test("npm run gateway serves a template and exits with 0 on SIGINT", async () => {
  const template = file(
    "template.json",
    webSocketTemplate({
      routes: { $connect: { code: accept }, $default: { code: echoEvent, twoWay: true } },
    }),
  )
  const command = gateway(template, "--json", "--port", "0")
  const { outputs } = await command.jsonLine(({ event }) => event === "ready")
  const socket = await openSocket(outputs.Url)
  socket.send("hello")
  expect(await socket.nextJson()).toMatchObject({ body: "hello", requestContext: { routeKey: "$default" } })
  command.kill("SIGINT")
  expect(await command.exitCode).toBe(0)
})

test("npm start --quiet --open prints its address in one line, and opens it in the browser", async () => {
  const opened = file("opened", "")
  const browser = file("browser", `#!/bin/sh\nprintf %s "$1" > ${opened}\n`)
  chmodSync(browser, 0o700)
  const command = runCommand("scripts/start.ts", ["--quiet", "--open", "--port", "0"], { BROWSER: browser })
  await expect.poll(() => readFileSync(opened, "utf8"), { timeout: 60_000 }).toMatch(/^http:\/\/localhost:\d+$/)
  expect(command.stdout()).toBe(`Ready: ${readFileSync(opened, "utf8")}\n`)
  command.kill("SIGINT")
  expect(await command.exitCode).toBe(0)
  expect(command.stderr()).toBe("")
})

test("npm start says on a terminal that it starts, before it has loaded", async () => {
  const script = `import pty, sys; sys.exit(pty.spawn(sys.argv[1:]) >> 8)`
  const args = ["-c", script, process.execPath, "--disable-warning=ExperimentalWarning"]
  const child = spawn("python3", [...args, join(root, "scripts", "start.ts"), "no-such-file.pdf"], { cwd: root })
  const output = await text(child.stdout)
  expect(stripVTControlCharacters(output)).toMatch(
    /^Starting Document Insight\.\.\.\r\n.*no-such-file\.pdf does not exist\./,
  )
  // What is imported is loaded before the first line of the file runs.
  expect(readFileSync(join(root, "scripts", "start.ts"), "utf8")).not.toMatch(/^import (?!\()/m)
})

describe("a reader that closes the pipe ends the command quietly", () => {
  test("exits with 0 when the gateway serves", async () => {
    const template = file(
      "template.json",
      webSocketTemplate({ routes: { $default: { code: echoEvent, twoWay: true } } }),
    )
    const command = gateway(template, "--json", "--port", "0")
    const { outputs } = await command.jsonLine(({ event }) => event === "ready")
    const socket = await openSocket(outputs.Url)
    command.closeStdout()
    socket.send("hello")
    expect(await socket.closed).toEqual({ code: 1001, reason: "Going away" })
    expect(await command.exitCode).toBe(0)
    expect(command.stderr()).toBe("")
  })

  test("exits with 1 when the files are not processed yet", async () => {
    const command = start("--json", "--port", "0", "samples/websocket-handbook.pdf")
    await command.jsonLine(({ status }) => status === "progress")
    command.closeStdout()
    expect(await command.exitCode).toBe(1)
    expect(command.stderr()).toBe("")
  })
})

describe("prints one sentence and a hint and exits with 1 for", () => {
  /** @returns the error output of the command, after it exited with 1 */
  async function errorOf(command: ReturnType<typeof start>): Promise<string> {
    expect(await command.exitCode).toBe(1)
    expect(command.stdout()).toBe("")
    expect(command.stderr()).not.toMatch(/^\s+at /m)
    expect(command.stderr().trim().split("\n")).toHaveLength(2)
    expect(command.stderr()).toMatch(/\n {2}Hint: ./)
    return command.stderr()
  }

  test("a file that does not exist", async () => {
    expect(await errorOf(start("no-such-file.pdf"))).toContain("no-such-file.pdf does not exist.")
  })

  test("a folder in place of a file", async () => {
    expect(await errorOf(start("samples"))).toContain("samples is a folder.")
  })

  // The administrator may read every file.
  test.skipIf(process.getuid?.() === 0)("a file that may not be read", async () => {
    const path = file("secret.txt", "text")
    chmodSync(path, 0)
    expect(await errorOf(start(path))).toContain("secret.txt cannot be read (EACCES).")
  })

  test("an unknown option", async () => {
    expect(await errorOf(start("--prot", "4000"))).toContain("--prot is not a known option.")
    expect(await errorOf(gateway("x", "--prot"))).toContain("--prot is not a known option.")
  })

  test("invalid values of options", async () => {
    expect(await errorOf(start("--port", "many"))).toContain('--port is "many".')
    expect(await errorOf(start("--iam", "maybe"))).toContain('--iam is "maybe".')
    expect(await errorOf(start("--env", "nowhere", "--port", "0"))).toContain("nowhere")
  })

  test("no source, a source that does not exist, and sources that are not templates", async () => {
    const folder = dirname(file("readme.txt", "no template"))
    expect(await errorOf(gateway(folder))).toContain(`${folder} `)
    expect(await errorOf(gateway("missing.json"))).toContain("missing.json does not exist.")
    expect(await errorOf(gateway(file("bad.json", "{ nope")))).toContain("bad.json")
    expect(await errorOf(gateway(file("bad.yaml", "a: [1, 2")))).toContain("bad.yaml")
    expect(await errorOf(gateway(file("empty.json", "{}")))).toContain("empty.json")
    expect(await errorOf(gateway("samples"))).toContain("samples")
  })

  test("a data folder that is a file", async () => {
    const path = file("data", "text")
    expect(await errorOf(start("--port", "0", "--data", path))).toContain(`The data folder ${path} is a file.`)
  })

  test("a port in use", async () => {
    const server = createServer()
    onTestFinished(() => void server.close())
    const port = await new Promise<number>((resolve) => {
      server.listen(0, "127.0.0.1", () => resolve((server.address() as { port: number }).port))
    })
    const template = file("template.json", webSocketTemplate({ routes: { $default: { code: accept } } }))
    expect(await errorOf(gateway(template, "--port", String(port)))).toContain(`Port ${port} is in use.`)
  })
})

/** The commands of package.json that are ours: name, script, fixed arguments. */
const ourScripts = Object.entries(packageJson.scripts).filter(([, line]) => line.startsWith("node scripts/run.mjs "))
const npmCommands = ourScripts.map(([name, line]): [string, string, string[]] => {
  const [script = "", ...args] = line.replace("node scripts/run.mjs ", "").split(" ")
  return [name, script, args]
})

test.each(npmCommands)(
  "%s prints its help and rejects unknown options with the known ones",
  async (name, script, args) => {
    const help = runCommand(script, [...args, "--help"])
    const rejected = runCommand(script, [...args, "--no-such-option"])
    expect(await help.exitCode).toBe(0)
    expect(help.stdout()).toMatch(new RegExp(`npm (run )?${name}\\b|^ +apigw-local `, "m"))
    expect(help.stdout()).toContain("--help")
    expect(help.stderr()).toBe("")
    expect(await rejected.exitCode).toBe(1)
    expect(rejected.stdout()).toBe("")
    expect(rejected.stderr()).toMatch(
      /^--no-such-option is not a known option\.\n {2}Hint: Known options: (--[\w-]+( [A-Z=]+)?, )*--help(, --version)?\.\n$/,
    )
  },
)

test("start and gateway print their options and their version", async () => {
  for (const command of [start, gateway]) {
    const help = command("--help")
    expect(await help.exitCode).toBe(0)
    expect(help.stdout()).toContain("--iam MODE")
    const version = command("--version")
    expect(await version.exitCode).toBe(0)
    expect(version.stdout()).toMatch(/^\d+\.\d+\.\d+\n$/)
  }
})
