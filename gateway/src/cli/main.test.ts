// The command `apigw-local` as a process: help, errors, environment files, and reloads of a CDK app.
import { spawn } from "node:child_process"
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs"
import { getCompileCacheDir } from "node:module"
import { tmpdir } from "node:os"
import { dirname, join } from "node:path"
import { createInterface } from "node:readline"
import { expect, onTestFinished, test } from "vitest"
import packageJson from "../../package.json" with { type: "json" }

// The command loads much code, which Node.js would compile for each run.
const ownCache = getCompileCacheDir()
const compileCache = ownCache === undefined ? {} : { NODE_COMPILE_CACHE: dirname(ownCache) }

/**
 * Runs the command in a new folder with these files. Its temporary folder is inside, so that leftovers are seen, with a
 * dot, so that it is not watched. INIT_CWD is another folder, as in `npm run dev --workspace api`.
 */
function run(files: Record<string, string>, args: string[], nodeOptions: string[] = []) {
  const folder = mkdtempSync(join(tmpdir(), "main-"))
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true })
    writeFileSync(join(folder, name), text)
  }
  const temporary = mkdtempSync(join(folder, ".tmp-"))
  const main = join(import.meta.dirname, "main.ts")
  // biome-ignore lint/style/noProcessEnv: the command and the CDK app are run by the node that runs the test
  const env = { PATH: process.env.PATH, INIT_CWD: tmpdir(), TMPDIR: temporary, NO_COLOR: "1", ...compileCache }
  const child = spawn(
    process.execPath,
    ["--disable-warning=ExperimentalWarning", ...nodeOptions, "--", main, ...args],
    {
      cwd: folder,
      env,
      stdio: ["ignore", "pipe", "pipe"],
    },
  )
  let stdout = ""
  let stderr = ""
  child.stdout.on("data", (chunk) => (stdout += chunk))
  child.stderr.on("data", (chunk) => (stderr += chunk))
  const lines = createInterface(child.stdout)[Symbol.asyncIterator]()
  const exited = new Promise<number | null>((resolve) => child.once("close", resolve))
  onTestFinished(async () => {
    child.kill("SIGKILL")
    await exited
    rmSync(folder, { recursive: true })
  })
  /** The next line of JSON with this event. */
  // biome-ignore lint/suspicious/noExplicitAny: the keys depend on the event
  async function next(event: string): Promise<any> {
    for (let line = await lines.next(); !line.done; line = await lines.next()) {
      const json = JSON.parse(line.value)
      if (json.event === event) return json
    }
    throw new Error(`The command ended without the event ${event}: ${stderr}`)
  }
  const firstLine = async () => (await lines.next()).value
  return {
    folder,
    child,
    firstLine,
    exited,
    next,
    edit: (name: string, text: string) => writeFileSync(join(folder, name), text),
    leftovers: () => readdirSync(temporary).filter((name) => name.startsWith("apigw-local-")),
    stdout: () => stdout,
    stderr: () => stderr,
  }
}

const template = (greeting: unknown) =>
  JSON.stringify({
    Parameters: { Name: { Type: "String", Default: "nobody" } },
    Resources: {
      Route: { Type: "AWS::ApiGatewayV2::Route", Properties: { ApiId: { Ref: "Api" }, RouteKey: "$default" } },
      Api: {
        Type: "AWS::ApiGatewayV2::Api",
        Properties: { Name: "api", ProtocolType: "WEBSOCKET", RouteSelectionExpression: "$request.body.action" },
      },
    },
    Outputs: { Greeting: { Value: greeting } },
  })

/** A CDK app that writes an assembly whose output is a context value, a variable or a file next to it. */
const app = `
const { mkdirSync, readFileSync, writeFileSync } = require("node:fs")
const { CDK_OUTDIR: outdir, CDK_CONTEXT_JSON, FROM_FILE } = process.env
const { name = "no name" } = JSON.parse(CDK_CONTEXT_JSON)
const greeting = readFileSync("greeting.txt", "utf8").trim()
if (greeting === "broken") throw new Error("the app is broken")
mkdirSync(outdir, { recursive: true })
const template = JSON.parse(${JSON.stringify(template(""))})
template.Outputs.Greeting.Value = [greeting, name, FROM_FILE].join(" ")
writeFileSync(outdir + "/Main.template.json", JSON.stringify(template))
const Main = { type: "aws:cloudformation:stack", environment: "aws://123456789012/us-east-1", properties: { templateFile: "Main.template.json" } }
writeFileSync(outdir + "/manifest.json", JSON.stringify({ version: "38.0.0", artifacts: { Main } }))
`

/** Prints a line when the gateway is loaded, which takes longer than all else of a command that serves nothing. */
const reportLoading = [
  "--import",
  dataModule(`
import { registerHooks } from "node:module"
registerHooks({
  load(url, context, nextLoad) {
    if (url.endsWith("/src/gateway.ts")) console.log('{"event":"loading"}')
    return nextLoad(url, context)
  },
})`),
]

function dataModule(code: string): string {
  return `data:text/javascript,${encodeURIComponent(code)}`
}

test("--help prints the options, without those of npm start", async () => {
  const { exited, stdout, stderr } = run({}, ["--help"])
  expect(await exited).toBe(0)
  expect(stdout()).toMatch(/^Serves the WebSocket and HTTP APIs/)
  for (const option of ["--port N", "--iam MODE", "--parameter NAME=VALUE", "--env-file FILE"]) {
    expect(stdout()).toContain(option)
  }
  expect(stdout()).not.toContain("--env NAME")
  expect(stdout()).not.toMatch(/\n\n\n/)
  expect(stderr()).toBe("")
})

test("--version prints the version of the package, without loading the gateway", async () => {
  const { exited, stdout } = run({}, ["--version"], reportLoading)
  expect(await exited).toBe(0)
  expect(stdout()).toBe(`${packageJson.version}\n`)
})

test("reports an error on stderr, or as a line of JSON with --json, and exits with 1, without loading the gateway", async () => {
  const text = run({}, ["--colour"], reportLoading)
  const json = run({}, ["--colour", "--json"])
  expect(await text.exited).toBe(1)
  expect(text.stderr()).toMatch(/^--colour is not a known option\.\n {2}Hint: Known options: /)
  expect(text.stdout()).toBe("")
  expect(await json.exited).toBe(1)
  expect(JSON.parse(json.stdout())).toMatchObject({ event: "problem", code: "BAD_OPTION" })
  expect(json.stderr()).toBe("")
})

test("reports an environment file that does not exist, by its path", async () => {
  const { folder, exited, stderr } = run({}, ["--env-file", "missing.env"])
  expect(await exited).toBe(1)
  expect(stderr()).toContain(`${join(folder, "missing.env")} cannot be read: `)
  expect(stderr()).toContain("Hint: Give a file of lines NAME=VALUE to --env-file.")
})

test("serves the template of the current folder with its parameters, and tokens of a user when it has a user pool, until it is stopped", async () => {
  const { Parameters, Resources, Outputs } = JSON.parse(template({ Ref: "Name" }))
  const UserPoolId = { Ref: "Pool" }
  const Pool = { Type: "AWS::Cognito::UserPool", Properties: {} }
  const Client = { Type: "AWS::Cognito::UserPoolClient", Properties: { UserPoolId } }
  const source = JSON.stringify({
    Parameters,
    Resources: { ...Resources, Pool, Client },
    Outputs: { ...Outputs, ClientId: { Value: { Ref: "Client" } }, PoolId: { Value: UserPoolId } },
  })
  const args = ["--json", "--port", "0", "--parameter", "Name=Ada", "--user", "carol"]
  const { child, exited, next } = run({ "template.json": source }, args, reportLoading)
  await next("loading")
  const { user, outputs } = await next("ready")
  expect(outputs).toEqual({ Greeting: "Ada", ClientId: expect.any(String), PoolId: expect.any(String) })
  expect(user).toEqual({
    username: "alice",
    userPoolId: outputs.PoolId,
    clientId: outputs.ClientId,
    accessToken: expect.stringMatching(/^ey[\w-]+\.[\w-]+\.[\w-]+$/),
    idToken: expect.stringMatching(/^ey[\w-]+\.[\w-]+\.[\w-]+$/),
    refreshToken: expect.any(String),
    expiresIn: 3600,
  })
  child.kill("SIGINT")
  expect(await exited).toBe(0)
})

test("--quiet prints the address when it is ready, and nothing else", async () => {
  const { child, exited, stdout, firstLine } = run({ "template.json": template("hi") }, ["--quiet", "--port", "0"])
  expect(await firstLine()).toMatch(/^Ready: http:\/\/localhost:\d+$/)
  child.kill("SIGINT")
  expect(await exited).toBe(0)
  expect(stdout().trim().split("\n")).toHaveLength(1)
})

test("--watch reloads a changed template or code of a function, and keeps the previous version when the new one is invalid", {
  timeout: 60_000,
}, async () => {
  const source = (greeting: string) =>
    JSON.stringify({
      Transform: "AWS::Serverless-2016-10-31",
      Resources: {
        Api: { Type: "AWS::ApiGatewayV2::Api", Properties: { Name: "api", ProtocolType: "HTTP" } },
        // A function without files.
        Inline: {
          Type: "AWS::Serverless::Function",
          Properties: {
            Runtime: "nodejs24.x",
            Handler: "index.handler",
            InlineCode: "exports.handler = async () => 1",
          },
        },
        Filed: {
          Type: "AWS::Serverless::Function",
          Properties: { Runtime: "nodejs24.x", Handler: "index.handler", CodeUri: "code" },
        },
      },
      Outputs: { Greeting: { Value: greeting } },
    })
  const files = { "template.json": source("first"), "code/index.mjs": "export const handler = async () => 1" }
  const { next, edit } = run(files, ["--json", "--port", "0", "--watch"])
  expect((await next("ready")).outputs).toEqual({ Greeting: "first" })
  edit("template.json", "{")
  expect(await next("problem")).toMatchObject({ code: "TEMPLATE_UNREADABLE" })
  edit("template.json", source("second"))
  expect(await next("reloaded")).toMatchObject({ what: "template.json", recovered: true })
  edit("code/index.mjs", "export const handler = async () => 2")
  expect(await next("reloaded")).toMatchObject({ what: "template.json", recovered: false })
})

test("synthesizes a CDK app with its context and environment file, again after a change, and removes the results", {
  timeout: 60_000,
}, async () => {
  const files = {
    "app.cjs": app,
    "cdk.json": JSON.stringify({ app: "node app.cjs" }),
    "greeting.txt": "hello",
    "own.env": "FROM_FILE=from-file\n",
  }
  const args = ["--json", "--port", "0", "--watch", "--context", "name=Ada", "--env-file", "own.env"]
  const command = run(files, args)
  expect((await command.next("ready")).outputs).toEqual({ Greeting: "hello Ada from-file" })
  expect(command.leftovers()).toHaveLength(1)
  command.edit("greeting.txt", "broken")
  expect(await command.next("problem")).toMatchObject({
    code: "BUILD_FAILED",
    message: expect.stringContaining("app.cjs"),
  })
  expect(command.stderr()).toContain("the app is broken")
  expect(command.leftovers()).toHaveLength(1)
  command.edit("greeting.txt", "goodbye")
  expect(await command.next("reloaded")).toMatchObject({ recovered: true })
  command.edit("greeting.txt", "good night")
  await command.next("reloaded")
  // The assembly that is served, and the one before it, which running invocations can use.
  expect(command.leftovers()).toHaveLength(2)
  command.child.kill("SIGTERM")
  expect(await command.exited).toBe(0)
  expect(command.leftovers()).toEqual([])
})
