// The end of a command while handlers are blocked, in real processes: what is killed, and the exit code.
import { spawn } from "node:child_process"
import { mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { createInterface } from "node:readline"
import { pathToFileURL } from "node:url"
import { expect, onTestFinished, test } from "vitest"
import { WebSocket } from "ws"
import { chatResources, invocationUri } from "../cloudformation/testing/chat-template.ts"

const blockers: Record<string, string> = {
  ChildProcess: `require("child_process").execSync("sleep 600")`,
  Pipe: `require("child_process").execSync("mkfifo pipe" + process.pid); require("fs").readSync(require("fs").openSync("pipe" + process.pid), Buffer.alloc(1))`,
  Sqlite: `new (require("node:sqlite").DatabaseSync)(":memory:").prepare("with recursive c(x) as (select 1 union all select x + 1 from c) select count(*) from c").get()`,
  Zlib: `for (;;) require("zlib").gzipSync(Buffer.alloc(4e5, "ab"), { level: 9 })`,
  ThreadPool: `for (let i = 0; i < 64; i++) require("crypto").pbkdf2("a", "b", 2 ** 31 - 1, 64, "sha512", () => {}); await require("fs").promises.readFile("/etc/hostname")`,
  Loop: "for (;;);",
}

/** Every blocker as the function of a route, a blocked `$disconnect`, and a quick function. */
function writeTemplate(folder: string): string {
  const changes: Parameters<typeof chatResources>[0] = {}
  const routes = { ...blockers, $disconnect: "for (;;);", quick: "return { statusCode: 200 }" }
  for (const [routeKey, code] of Object.entries(routes)) {
    const id = routeKey.replace("$", "")
    changes[`Function${id}`] = {
      Type: "AWS::Lambda::Function",
      Properties: {
        FunctionName: id,
        Runtime: "nodejs24.x",
        Handler: "index.handler",
        Timeout: 900,
        Role: { "Fn::GetAtt": ["Role", "Arn"] },
        Code: { ZipFile: `exports.handler = async () => { console.log("begun ${id}"); ${code} }` },
      },
    }
    changes[`Integration${id}`] = {
      Type: "AWS::ApiGatewayV2::Integration",
      Properties: {
        ApiId: { Ref: "Api" },
        IntegrationType: "AWS_PROXY",
        IntegrationUri: JSON.parse(JSON.stringify(invocationUri).replace("{Function.", `{Function${id}.`)),
      },
    }
    changes[`Route${id}`] = {
      Type: "AWS::ApiGatewayV2::Route",
      Properties: {
        ApiId: { Ref: "Api" },
        RouteKey: routeKey,
        Target: { "Fn::Sub": `integrations/\${Integration${id}}` },
      },
    }
  }
  changes.Connect = undefined
  changes.Send = undefined
  changes.Deployment = undefined
  changes.Stage = { DeploymentId: { Ref: "AWS::NoValue" }, AutoDeploy: true }
  const file = join(folder, "template.json")
  const Outputs = { Url: { Value: { "Fn::Sub": `wss://\${Api}.execute-api.\${AWS::Region}.\${AWS::URLSuffix}/dev` } } }
  writeFileSync(file, JSON.stringify({ Resources: chatResources(changes), Outputs }))
  return file
}

/** A process that serves the template as a command does. */
async function servingProcess(drainTimeoutMs: number) {
  const folder = mkdtempSync(join(tmpdir(), "close-blocked-"))
  const moduleUrl = (name: string) => JSON.stringify(pathToFileURL(join(import.meta.dirname, name)).href)
  const script = `
    import { commandLine } from ${moduleUrl("command-line.ts")}
    import { serve } from ${moduleUrl("serve.ts")}
    const run = (options, reporter, outputClosed) =>
      serve({ source: ${JSON.stringify(writeTemplate(folder))}, options, reporter, outputClosed, quotas: { drainTimeoutMs: ${drainTimeoutMs} } })
    process.exitCode = await commandLine(["--json", "--port", "0", "--iam", "off"], {}, { help: "", version: "", run })
  `
  const args = ["--disable-warning=ExperimentalWarning", "--input-type=module", "-e", script]
  const child = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "inherit"] })
  const exited = new Promise<number | null>((resolve) => child.once("close", resolve))
  const lines: { event: string; message?: string; code?: string; outputs?: { Url: string } }[] = []
  const checks = new Set<() => void>()
  createInterface(child.stdout).on("line", (line) => {
    lines.push(JSON.parse(line))
    for (const check of checks) check()
  })
  onTestFinished(async () => {
    child.kill("SIGKILL")
    await exited
    rmSync(folder, { recursive: true })
  })
  const until = <Value>(find: () => Value | undefined) =>
    new Promise<Value>((resolve) => {
      const check = () => {
        const found = find()
        if (found === undefined) return
        checks.delete(check)
        resolve(found)
      }
      checks.add(check)
      check()
    })
  const url = await until(() => lines.find(({ event }) => event === "ready")?.outputs?.Url)
  const socket = new WebSocket(url)
  await new Promise((resolve) => socket.once("open", resolve))
  return {
    child,
    exited,
    /** How the close went. A message that fails is reported too. */
    problems: () => lines.filter(({ event, code }) => event === "problem" && code !== "REQUEST_FAILED"),
    /** Invokes the function of a route, and resolves when it has begun. */
    async run(routeKey: string) {
      socket.send(JSON.stringify({ action: routeKey }))
      await until(() => lines.find(({ message }) => message?.trim().endsWith(`begun ${routeKey}`)))
    },
    disconnected: () => until(() => lines.find(({ message }) => message?.trim().endsWith("begun disconnect"))),
  }
}

test.skipIf(process.platform === "win32")(
  "kills blocked handlers after the drain time, names their functions and exits with 1",
  async () => {
    const { child, exited, problems, run } = await servingProcess(200)
    await Promise.all([...Object.keys(blockers), "quick"].map(run))
    child.kill("SIGTERM")
    expect(await exited).toBe(1)
    const names = [...Object.keys(blockers), "disconnect"].toSorted().join(", ")
    expect(problems()).toMatchObject([
      { code: "CLOSE_FORCED", message: `Functions did not end within 0.2 seconds and were killed: ${names}.` },
    ])
  },
  60_000,
)

test.skipIf(process.platform === "win32")(
  "ends at once, and with it the blocked handlers, after a second signal",
  async () => {
    const { child, exited, run, disconnected } = await servingProcess(600_000)
    await run("Loop")
    child.kill("SIGINT")
    await disconnected()
    child.kill("SIGINT")
    expect(await exited).toBe(1)
  },
  60_000,
)
