// The two forms of a stand-in's program: one file for the sources, and modules in the package.
import { fork } from "node:child_process"
import { once } from "node:events"
import { mkdtempSync, readFileSync, rmSync } from "node:fs"
import { request } from "node:http"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { expect, onTestFinished, test } from "vitest"
import type { StandInName, StandInSettings } from "./messages.ts"
import { standInProgram } from "./stand-in-program.ts"

const startFile = fileURLToPath(new URL("./start.mjs", import.meta.url))

async function start(program: string, name: StandInName) {
  const folder = mkdtempSync(join(tmpdir(), "stand-in-"))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  const settings: StandInSettings = { name, region: "eu-west-1", socketPath: join(folder, "socket") }
  const child = fork(program, [JSON.stringify(settings)], { execArgv: ["--no-warnings"] })
  onTestFinished(async () => {
    child.kill("SIGKILL")
    await once(child, "exit")
  })
  expect(await once(child, "message")).toEqual([{ type: "ready" }, undefined])
  return async (headers: Record<string, string>) => {
    const sent = request({ socketPath: settings.socketPath, method: "POST", headers }).end("{}")
    const [response] = await once(sent, "response")
    response.resume()
    return response.statusCode
  }
}

const json = { "content-type": "application/x-amz-json-1.0", host: "localhost" }
const signature = "AWS4-HMAC-SHA256 Credential=a/20260101/eu-west-1/a/aws4_request, SignedHeaders=host, Signature=a"
const requests = {
  dynamodb: {
    ...json,
    authorization: signature,
    "x-amz-date": "20260101T000000Z",
    "x-amz-target": "DynamoDB_20120810.ListTables",
  },
  "s3-sqs": { ...json, "x-amz-target": "AmazonSQS.ListQueues" },
}

test.each(["dynamodb", "s3-sqs"] as const)("%s starts from its modules, as in the package", async (name) => {
  const send = await start(startFile, name)
  expect(await send(requests[name])).toBe(200)
})

test.each(["dynamodb", "s3-sqs"] as const)("%s starts from one file, as from the sources", async (name) => {
  const send = await start(await standInProgram(name), name)
  expect(await send(requests[name])).toBe(200)
})

test("the file has what a start uses, and loads the rest when it is used", async () => {
  const program = readFileSync(await standInProgram("s3-sqs"), "utf8")
  expect(program).toContain("node_modules/fastify/lib/server.js")
  expect(program).not.toContain("node_modules/ajv/")
})
