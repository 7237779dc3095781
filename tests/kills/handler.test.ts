// A handler that kills the stand-ins harms nothing but what they were processing.
import { DynamoDBClient, ListTablesCommand } from "@aws-sdk/client-dynamodb"
import { ListQueuesCommand, SQSClient } from "@aws-sdk/client-sqs"
import { expect, onTestFinished, test } from "vitest"
import { openSocket } from "../testing/open-socket.ts"
import { startLocal } from "../testing/start-local.ts"
import { accept } from "../testing/template.ts"
import { resources } from "./workload.ts"

// The gateway is the parent of the handler's process, and of the stand-ins.
const killStandIns = `import { execFileSync } from "node:child_process"
export const handler = async () => {
  const lines = execFileSync("ps", ["-A", "-o", "pid=,ppid=,args="], { encoding: "utf8" }).split("\\n")
  const pids = lines.flatMap((line) => {
    const [, pid, parent] = /^\\s*(\\d+)\\s+(\\d+)\\s/.exec(line) ?? []
    return Number(parent) === process.ppid && line.includes("stand-ins/bundles") ? [Number(pid)] : []
  })
  for (const pid of pids) process.kill(pid, "SIGKILL")
  return { statusCode: 200, body: String(pids.length) }
}`
const pong = `export const handler = async () => ({ statusCode: 200, body: "pong" })`

test.skipIf(process.platform === "win32")(
  "connections, functions, the console and the services go on after a handler has killed the stand-ins",
  async () => {
    const routes = {
      $connect: { code: accept },
      kill: { code: killStandIns, twoWay: true },
      ping: { code: pong, twoWay: true },
    }
    const { gateway, url, events } = await startLocal({ routes, resources })
    const socket = await openSocket(url)
    socket.send(JSON.stringify({ action: "kill" }))
    expect(await socket.next()).toBe("2")
    socket.send(JSON.stringify({ action: "ping" }))
    expect(await socket.next()).toBe("pong")
    expect((await fetch(new URL("/_console", gateway.siteUrl))).status).toBe(200)

    const common = { region: "us-east-1", credentials: gateway.credentials }
    const dynamodb = new DynamoDBClient({ ...common, endpoint: gateway.endpoints.dynamodb! })
    const sqs = new SQSClient({ ...common, endpoint: gateway.endpoints.sqs! })
    onTestFinished(() => {
      dynamodb.destroy()
      sqs.destroy()
    })
    expect((await dynamodb.send(new ListTablesCommand())).TableNames).toEqual(["items"])
    expect((await sqs.send(new ListQueuesCommand())).QueueUrls).toHaveLength(4)
    const failures = events.flatMap((event) =>
      event.event === "problem" && event.message.includes("is restarted")
        ? [event.message.split(" has failed")[0]]
        : [],
    )
    expect(failures.toSorted()).toEqual(["The stand-in for DynamoDB", "The stand-in for S3 and SQS"])
  },
)
