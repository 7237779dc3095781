// Every data folder that cannot be used is reported in one sentence with a hint, with which the command ends. A disk that is
// full ends nothing.
import { type ChildProcess, spawn, spawnSync } from "node:child_process"
import { once } from "node:events"
import { chmodSync, cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { createInterface } from "node:readline"
import { text } from "node:stream/consumers"
import { DynamoDBClient, PutItemCommand } from "@aws-sdk/client-dynamodb"
import { ListObjectsV2Command, PutObjectCommand, S3Client } from "@aws-sdk/client-s3"
import { SendMessageCommand, SQSClient } from "@aws-sdk/client-sqs"
import { type Gateway, GatewayError, startGateway } from "@document-insight/gateway"
import { afterAll, expect, onTestFinished, test } from "vitest"
import { accept, webSocketTemplate } from "../testing/template.ts"
import { type Host, resources } from "./workload.ts"

const commandFile = join(import.meta.dirname, "../../gateway/src/cli/main.ts")
const hostFile = join(import.meta.dirname, "host.ts")
const noWarning = "--disable-warning=ExperimentalWarning"

// Tests that need one of the stand-ins start no other.
const { Items, ...storage } = resources
const table = { Items }

/** A folder with a template of these resources. */
function temporaryFolder(deployed: object = resources): string {
  const folder = mkdtempSync(join(tmpdir(), "data-"))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  chmodSync(folder, 0o755)
  const template = webSocketTemplate({ routes: { $connect: { code: accept } }, resources: { ...deployed } })
  writeFileSync(join(folder, "template.json"), template)
  return folder
}

/** @param launcher a program, with its arguments, that runs the command */
async function runCommand(folder: string, dataDir: string, launcher: readonly string[] = []) {
  const args = [noWarning, commandFile, join(folder, "template.json"), "--port", "0", "--data", dataDir]
  const [file = "", ...rest] = [...launcher, process.execPath, ...args]
  const command = spawn(file, rest, { stdio: ["ignore", "ignore", "pipe"] })
  onTestFinished(() => void command.kill("SIGKILL"))
  const [errorOutput, [code]] = await Promise.all([text(command.stderr), once(command, "exit")])
  return { code, lines: errorOutput.trimEnd().split("\n") }
}

async function startHost(folder: string, dataDir: string, shell?: string) {
  const args = [noWarning, hostFile, join(folder, "template.json"), dataDir]
  const [file, ...rest] = shell ? ["sh", "-c", `${shell} && exec "$0" "$@"`, process.execPath] : [process.execPath]
  const host = spawn(file, [...rest, ...args], { stdio: ["ignore", "pipe", "inherit"] })
  onTestFinished(() => end(host))
  const events: string[] = []
  const ready = new Promise<Host>((resolve, reject) => {
    createInterface({ input: host.stdout })
      .on("line", (line) => {
        const message = JSON.parse(line) as Host | { event: { message: string } }
        if ("endpoints" in message) resolve(message)
        else events.push(message.event.message)
      })
      .once("close", () => reject(new Error(`The gateway has ended. ${events.join(" ")}`)))
  })
  return { ...(await ready), host, events }
}

async function end(host: ChildProcess): Promise<void> {
  if (host.exitCode !== null || host.signalCode !== null) return
  const exited = once(host, "exit")
  host.kill("SIGTERM")
  await exited
}

/** Starts a gateway in this process: for what does not depend on the end of a process. */
async function serve(folder: string, dataDir: string): Promise<Gateway> {
  const gateway = await startGateway({ source: join(folder, "template.json"), dataDir })
  onTestFinished(async () => void (await gateway.close()))
  return gateway
}

/** @returns the error of a start that fails */
async function errorOf(folder: string, dataDir: string): Promise<GatewayError> {
  const error = await serve(folder, dataDir).then(
    () => undefined,
    (reason) => reason,
  )
  expect(error).toBeInstanceOf(GatewayError)
  return error
}

function s3Client({ endpoints, credentials }: Pick<Gateway, "credentials"> & { endpoints: { s3?: string } }): S3Client {
  const s3 = new S3Client({ region: "us-east-1", credentials, endpoint: endpoints.s3!, forcePathStyle: true })
  onTestFinished(() => s3.destroy())
  return s3
}

let filled: string | undefined

afterAll(() => {
  if (filled !== undefined) rmSync(filled, { recursive: true, force: true })
})

/** A data folder that a run has filled: a copy of one for all tests, because a run takes seconds. */
async function filledFolder(deployed: object) {
  filled ??= await fillFolder()
  const folder = temporaryFolder(deployed)
  const dataDir = join(folder, "data")
  cpSync(filled, dataDir, { recursive: true })
  return { folder, dataDir }
}

async function fillFolder(): Promise<string> {
  const dataDir = mkdtempSync(join(tmpdir(), "filled-"))
  const gateway = await serve(temporaryFolder(), dataDir)
  await s3Client(gateway).send(new PutObjectCommand({ Bucket: "documents", Key: "a", Body: "a" }))
  await gateway.close()
  return dataDir
}

function filesIn(folder: string, pattern: RegExp): string[] {
  const names = readdirSync(folder, { recursive: true }).map((name) => join(folder, String(name)))
  return names.filter((name) => pattern.test(name.replaceAll("\\", "/")) && statSync(name).isFile())
}

test("a file in place of the folder is reported in one sentence", async () => {
  const folder = temporaryFolder()
  const file = join(folder, "file")
  writeFileSync(file, "")
  expect(await errorOf(folder, file)).toMatchObject({
    message: `The data folder ${file} is a file.`,
    hint: "Choose another folder with --data DIR.",
  })
})

// Root may write everything, unless it gives up that capability. It stays root, because the repository can be in a folder
// that no other user may enter.
const isRoot = process.getuid?.() === 0
const withoutOverride = ["setpriv", "--bounding-set=-dac_override,-dac_read_search"]
const canBeDenied = !isRoot || spawnSync("setpriv", ["--version"]).status === 0

test.skipIf(process.platform === "win32" || !canBeDenied)(
  "a read-only folder ends the command with one sentence",
  async () => {
    const folder = temporaryFolder()
    const dataDir = join(folder, "data")
    mkdirSync(dataDir)
    chmodSync(dataDir, 0o555)
    expect(await runCommand(folder, dataDir, isRoot ? withoutOverride : [])).toEqual({
      code: 1,
      lines: [
        `The data folder ${dataDir} cannot be created or written (EACCES).`,
        "  Hint: Choose another folder with --data DIR.",
      ],
    })
  },
)

test("a folder that another run uses ends the command with one sentence", async () => {
  const folder = temporaryFolder(table)
  const dataDir = join(folder, "data")
  await serve(folder, dataDir)
  expect(await runCommand(folder, dataDir)).toEqual({
    code: 1,
    lines: [
      `The data folder ${dataDir} is in use by another run.`,
      "  Hint: Stop the other run, or choose another folder with --data DIR.",
    ],
  })
})

test("a folder that was copied is used as before", async () => {
  const { folder, dataDir } = await filledFolder(storage)
  const s3 = s3Client(await serve(folder, dataDir))
  const { Contents = [] } = await s3.send(new ListObjectsV2Command({ Bucket: "documents" }))
  expect(Contents.map(({ Key }) => Key)).toEqual(["a"])
})

const toDelete = "Delete it to lose only what it holds, or choose another folder with --data DIR."

test.each([
  ["an object", /s3-sqs\/objects\/buckets\/\w+\/objects\/\w+$/],
  ["a bucket", /s3-sqs\/objects\/buckets\/\w+\/bucket$/],
  ["a database of messages", /s3-sqs\/messages\/fauxqs\.db$/],
  ["a lock", /data\/in-use$/],
])("%s that is damaged is reported in one sentence that names the file", async (_what, pattern) => {
  const { folder, dataDir } = await filledFolder(storage)
  damage(dataDir, pattern)
  const { message, hint } = await errorOf(folder, dataDir)
  expect(message).toMatch(/^\S+ cannot be used: [^\n]+\.$/)
  expect(message).toContain(dataDir)
  expect(hint).toBe(toDelete)
})

test("a damaged notification is reported in one sentence", async () => {
  const { folder, dataDir } = await filledFolder(storage)
  writeFileSync(join(dataDir, "s3-notifications", "0000000000000001"), "{")
  expect((await errorOf(folder, dataDir)).message).toMatch(/^[^\n]*s3-notifications[^\n]*$/)
})

test("a database of DynamoDB that is damaged ends the command with one sentence that names the file", async () => {
  const { folder, dataDir } = await filledFolder(table)
  damage(dataDir, /dynamodb\/CURRENT$/)
  const { code, lines } = await runCommand(folder, dataDir)
  expect([code, lines.length]).toEqual([1, 2])
  expect(lines[0]).toMatch(/^\S+ cannot be used: .+\.$/)
  expect(lines[0]).toContain(dataDir)
  expect(lines[1]).toBe(`  Hint: ${toDelete}`)
})

function damage(dataDir: string, pattern: RegExp): void {
  const [file = ""] = filesIn(dataDir, pattern)
  writeFileSync(file, "damaged ".repeat(1000))
}

// No file may be larger than one megabyte: the same errors as on a full disk, without a disk of the test's own.
test.skipIf(process.platform === "win32")(
  "a full disk fails the requests that need it, and nothing else",
  async () => {
    const folder = temporaryFolder()
    const { endpoints, credentials, events } = await startHost(folder, join(folder, "data"), "ulimit -f 2048")
    const common = { region: "us-east-1", credentials, maxAttempts: 1 }
    const s3 = new S3Client({ ...common, endpoint: endpoints.s3, forcePathStyle: true })
    const sqs = new SQSClient({ ...common, endpoint: endpoints.sqs })
    const dynamodb = new DynamoDBClient({ ...common, endpoint: endpoints.dynamodb })
    onTestFinished(() => {
      for (const client of [s3, sqs, dynamodb]) client.destroy()
    })
    const upload = (Key: string, bytes: number) =>
      s3.send(new PutObjectCommand({ Bucket: "documents", Key, Body: "x".repeat(bytes) }))
    await upload("small", 1000)
    await expect(upload("large", 3_000_000)).rejects.toMatchObject({ name: "InternalError" })
    await upload("later", 1000)
    const { Contents = [] } = await s3.send(new ListObjectsV2Command({ Bucket: "documents" }))
    expect(Contents.map(({ Key }) => Key)).toEqual(["later", "small"])
    expect(filesIn(folder, /\.unfinished$/)).toEqual([])
    expect(events.filter((message) => message.startsWith("S3 request failed"))).toEqual([
      expect.stringMatching(/^S3 request failed \(method PUT, url \/documents\/large\S*, cause EFBIG: file too large/),
    ])

    const QueueUrl = `${endpoints.sqs}/000000000000/messages`
    const send = (bytes: number) => sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: "x".repeat(bytes) }))
    let sent = 0
    const filling = async () => {
      for (; sent < 20; sent++) await send(200_000)
    }
    await expect(filling()).rejects.toMatchObject({ $metadata: { httpStatusCode: 500 } })
    expect(sent).toBeGreaterThan(0)

    const put = (id: string, bytes: number) =>
      dynamodb.send(
        new PutItemCommand({
          TableName: "items",
          Item: { id: { S: id }, owner: { S: "o" }, body: { S: "x".repeat(bytes) } },
        }),
      )
    await put("small", 10)
    const fillingTable = async () => {
      for (let n = 0; n < 20; n++) await put(`item ${n}`, 300_000)
    }
    await expect(fillingTable()).rejects.toMatchObject({ name: "InternalServerError" })
    await upload("last", 1000)
    expect(events.filter((message) => message.includes("is restarted"))).toEqual([])
  },
  60_000,
)
