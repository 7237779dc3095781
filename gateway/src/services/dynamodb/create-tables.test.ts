// When the tables of a template can be used after their creation.
import { once } from "node:events"
import { mkdtempSync, rmSync } from "node:fs"
import { createServer } from "node:http"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { expect, onTestFinished, test } from "vitest"
import { createTables } from "./create-tables.ts"

/**
 * Requests to a server that responds with these statuses of a table, one after the other.
 * @param error the response to CreateTable
 */
async function requestsWith(statuses: string[], error?: { __type: string; message?: string }): Promise<string[]> {
  const folder = mkdtempSync(join(tmpdir(), "create-tables-"))
  const socketPath = join(folder, "socket")
  const requests: string[] = []
  const server = createServer((request, response) => {
    const operation = String(request.headers["x-amz-target"]).replace(/^.*\./, "")
    requests.push(operation)
    response.setHeader("content-type", "application/x-amz-json-1.0")
    if (operation === "DescribeTable") response.end(JSON.stringify({ Table: { TableStatus: statuses.shift() } }))
    else if (error) response.writeHead(400).end(JSON.stringify(error))
    else response.end(JSON.stringify({ TableDescription: { TableStatus: "CREATING" } }))
  })
  server.listen(socketPath)
  await once(server, "listening")
  onTestFinished(() => {
    server.close()
    rmSync(folder, { recursive: true })
  })
  const table = { logicalId: "Table", stackName: "stack", arn: "arn:table", createTable: { TableName: "a" } }
  await createTables({ socketPath }, [table])
  return requests
}

test("waits until a table that it has created is active, because requests to it fail before", async () => {
  expect(await requestsWith(["CREATING", "CREATING", "ACTIVE"])).toEqual([
    "CreateTable",
    "DescribeTable",
    "DescribeTable",
    "DescribeTable",
  ])
})

test("uses a table that exists as it is", async () => {
  expect(await requestsWith([], { __type: "ResourceInUseException" })).toEqual(["CreateTable"])
})

test("reports a table that DynamoDB rejects with its logical id and the reason", async () => {
  const error = { __type: "com.amazon.coral.validate#ValidationException", message: "The name is too short." }
  await expect(requestsWith([], error)).rejects.toMatchObject({
    code: "TEMPLATE_INVALID",
    message: "The template would not deploy. Table: The name is too short.",
  })
})

test("rethrows an error that is not about the table", async () => {
  const error = { __type: "InternalServerError", message: "no" }
  await expect(requestsWith([], error)).rejects.toMatchObject({ name: "InternalServerError", message: "no" })
})
