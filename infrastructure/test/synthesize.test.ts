// Synthesis as in `npm start` and `npm run synth`: in a child process, with bundled handlers, and only when inputs changed.
import { execFileSync } from "node:child_process"
import { existsSync, globSync, mkdirSync, readFileSync, statSync, utimesSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { Worker } from "node:worker_threads"
import { beforeAll, describe, expect, onTestFinished, test, vi } from "vitest"
import { prepareSystem } from "../../scripts/prepare-system.ts"
import { type SynthesizeOptions, synthesize } from "../src/synthesize.ts"
import { temporaryFolder } from "./temporary-folder.ts"

vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 })

const outdir = temporaryFolder()
const withoutPage = (options: Partial<SynthesizeOptions>) => ({
  outdir,
  ...options,
  // With sign-in, so that every function is bundled.
  context: { hosting: "none", sign_in: "cognito", web_origins: '["https://docs.example.com"]', ...options.context },
})

describe("an assembly", () => {
  beforeAll(async () => {
    expect(await synthesize(withoutPage({}))).toBe("")
  })

  test.each([
    ["connection-handler", "connection-handler", "ConnectionHandler", []],
    [
      "document-processor",
      "document-processing",
      "DocumentProcessor",
      [
        ...["bedrock-module.mjs", "bedrock-module.mjs.map", "languages-module.mjs", "languages-module.mjs.map"],
        ...["pdfium.wasm", "reading-thread.mjs", "reading-thread.mjs.map"],
      ],
    ],
    ["document-watchdog", "document-processing", "DocumentWatchdog", []],
    ["progress-notifier", "document-processing", "ProgressNotifier", []],
    ["documents-api", "api-gateway", "DocumentsApi", []],
    ["page-thumbnails", "api-gateway", "PageThumbnails", ["pdfium.wasm"]],
    ["ticket-authorizer", "connection-handler", "TicketAuthorizer", []],
  ])("contains the handler of %s as one ES module with a source map, and it loads", async (name, stack, id, beside) => {
    const folder = assetOf(stack, id)
    expect(globSync("*", { cwd: folder }).sort()).toEqual(["index.mjs", "index.mjs.map", ...beside].sort())
    expect(JSON.parse(readFileSync(join(folder, "index.mjs.map"), "utf8")).sources).toContain(
      `functions/src/${name}/handler.ts`,
    )
    expect(await typeOfHandler(join(folder, "index.mjs"))).toBe("function")
  })

  test("names the construct of each resource", () => {
    const template = JSON.parse(readFileSync(join(outdir, "document-insight-dev-websocket-api.template.json"), "utf8"))
    expect(template.Resources.ConnectRoute.Metadata["aws:cdk:path"]).toBe(
      "document-insight-dev-websocket-api/ConnectRoute",
    )
  })

  test("is the same, byte for byte, in a folder at another depth, which npm start synthesizes once", async () => {
    const elsewhere = join(temporaryFolder(), "other", "depth")
    mkdirSync(elsewhere, { recursive: true })
    // Of an earlier run.
    const manifest = join(elsewhere, "manifest.json")
    writeFileSync(join(elsewhere, "inputs.sha256"), "other inputs")
    writeFileSync(manifest, "")
    utimesSync(manifest, 0, 0)
    await prepareSystem(withoutPage({ outdir: elsewhere }))
    const writtenAt = statSync(manifest).mtimeMs
    expect(writtenAt, "other inputs").toBeGreaterThan(0)
    const files = globSync(["*.{template,assets}.json", "asset.*/**/*"], { cwd: outdir }).filter((file) =>
      statSync(join(outdir, file)).isFile(),
    )
    expect(files.filter((file) => file.endsWith(".template.json"))).toHaveLength(9)
    expect(files.filter((file) => file.endsWith("index.mjs.map"))).toHaveLength(7)
    const differing = files.filter((file) => {
      return !readFileSync(join(elsewhere, file)).equals(readFileSync(join(outdir, file)))
    })
    expect(differing).toEqual([])
    // The command sets such a variable, other callers do not.
    vi.stubEnv("AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED", "set by this test")
    onTestFinished(() => void vi.unstubAllEnvs())
    await prepareSystem(withoutPage({ outdir: elsewhere }))
    expect(statSync(manifest).mtimeMs, "unchanged inputs").toBe(writtenAt)
  })
})

describe("a mistake is reported in one sentence, and the next run synthesizes:", () => {
  test.each<[string, Partial<SynthesizeOptions>, string]>([
    [
      "an environment that does not exist",
      { envName: "nope" },
      '"nope" is not an environment of cdk.json. Environments: dev, prod.',
    ],
    [
      "a throttle of zero",
      { context: { api_throttle_rate: "0" } },
      "api_throttle_rate is 0: it accepts a whole number from 1 to 1000000 (requests per second).",
    ],
  ])("%s", async (_, options, message) => {
    const nowhere = join(temporaryFolder(), "cdk.out")
    mkdirSync(nowhere)
    const stamp = join(nowhere, "inputs.sha256")
    writeFileSync(stamp, "other inputs")
    await expect(prepareSystem(withoutPage({ ...options, outdir: nowhere }))).rejects.toThrow(new Error(message))
    expect([existsSync(stamp), existsSync(join(nowhere, "manifest.json"))]).toEqual([false, false])
  })
})

test("the package does not load CDK into the caller, whose memory would remain in use", () => {
  const entry = join(import.meta.dirname, "..", "src", "index.ts")
  const count = `import(${JSON.stringify(entry)}).then(() => console.log(Object.keys(require.cache).filter((file) => file.includes("aws-cdk-lib")).length))`
  expect(execFileSync(process.execPath, ["--eval", count], { encoding: "utf8" }).trim()).toBe("0")
})

function assetOf(stack: string, id: string): string {
  const template = JSON.parse(readFileSync(join(outdir, `document-insight-dev-${stack}.template.json`), "utf8"))
  const [, resource] = Object.entries<{ Type: string; Metadata: Record<string, string> }>(template.Resources).find(
    ([logicalId, { Type }]) => Type === "AWS::Lambda::Function" && logicalId.startsWith(id),
  )!
  return join(outdir, resource.Metadata["aws:asset:path"]!)
}

/** Loads a bundle in a worker thread with the environment variables that Lambda sets. */
function typeOfHandler(file: string): Promise<string> {
  const load = `import(${JSON.stringify(file)}).then((module) => require("node:worker_threads").parentPort.postMessage(typeof module.handler))`
  const env = {
    AWS_REGION: "us-east-1",
    DOCUMENTS_TABLE_NAME: "documents",
    WATCHERS_TABLE_NAME: "watchers",
    PUSH_QUEUE_URL: "https://sqs.us-east-1.amazonaws.com/123456789012/pushes",
    POSTS_PER_SECOND: "400",
    SHARED_POSTS_PER_SECOND: "6000",
    DOCUMENTS_BUCKET_NAME: "uploads",
    WEBSOCKET_CALLBACK_URL: "https://example.execute-api.us-east-1.amazonaws.com/dev",
    UPLOAD_QUEUE_URL: "https://sqs.us-east-1.amazonaws.com/123456789012/uploads",
    UPLOAD_DEADLINE_QUEUE_URL: "https://sqs.us-east-1.amazonaws.com/123456789012/upload-deadlines",
    MAX_ATTEMPTS: "3",
    MAX_CONTINUATIONS: "11",
    MAX_RECEIVE_COUNT: "10",
    CLAIM_SECONDS: "90",
    MAX_DOCUMENT_BYTES: "50000000",
    SIGN_IN: "cognito",
    TICKETS_TABLE_NAME: "tickets",
  }
  const worker = new Worker(load, { eval: true, env })
  return new Promise<string>((resolve, reject) => {
    worker.once("message", resolve).once("error", reject)
  }).finally(() => worker.terminate())
}
