// The time limits of requests to AWS services. Their attempts fit into the functions, and one without a response ends.
import { once } from "node:events"
import { createServer } from "node:http"
import type { AddressInfo } from "node:net"
import { DynamoDBClient, ListTablesCommand } from "@aws-sdk/client-dynamodb"
import { expect, onTestFinished, test } from "vitest"
import { synthesized } from "../../infrastructure/test/synthesized.ts"
import { queueRequestLimits, requestAttempts, routeRequestLimits } from "./request-limits.ts"

// Of the SDK, between the attempts: at most 100, 200 and 400 ms.
const pausesMs = 700

test("all attempts of a request end before the function does, as it is deployed by default", () => {
  const app = synthesized("dev", { sign_in: "cognito" })
  const components = ["connection-handler", "api-gateway", "document-processing"]
  const functions = components.flatMap((component) => app.all(component, "AWS::Lambda::Function"))
  const timeoutOf = (name: string) => functions.find(({ id }) => id.startsWith(name))?.Properties.Timeout * 1000
  const longest = (limits: typeof routeRequestLimits) => requestAttempts * limits.requestTimeout + pausesMs
  for (const name of ["ConnectionHandler", "DocumentsApi", "PageThumbnails", "TicketAuthorizer"]) {
    expect(timeoutOf(name)).toBeGreaterThan(longest(routeRequestLimits))
  }
  for (const name of ["DocumentWatchdog", "ProgressNotifier", "DocumentProcessor"]) {
    expect(timeoutOf(name)).toBeGreaterThan(longest(queueRequestLimits))
  }
})

test("a request that gets no response is attempted again, and then fails", async () => {
  const server = createServer(() => {}).listen(0, "127.0.0.1")
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  await once(server, "listening")
  const client = new DynamoDBClient({
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    region: "eu-west-1",
    credentials: { accessKeyId: "test", secretAccessKey: "test" },
    requestHandler: { ...routeRequestLimits, requestTimeout: 20 },
  })
  await expect(client.send(new ListTablesCommand())).rejects.toMatchObject({
    name: "TimeoutError",
    $metadata: { attempts: requestAttempts },
  })
})
