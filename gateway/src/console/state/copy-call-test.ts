// Writes a call to @connections as a test: it opens a connection, sends the call and checks its effect.
import { isCut } from "./cut-text.ts"
import type { EventEntry, Stage } from "./entry.ts"
import { methodOfCall } from "./row.ts"
import { testFile, testLibrary } from "./test-file.ts"

const commands = new Map([
  ["POST", "PostToConnectionCommand"],
  ["GET", "GetConnectionCommand"],
  ["DELETE", "DeleteConnectionCommand"],
])

/** @returns undefined for a call without its payload, and for an error that a test cannot repeat, such as a throttle */
export function callTest(event: EventEntry, stage: Stage): string | undefined {
  const { connectionId = "", frame } = event
  const method = methodOfCall(event)
  const command = commands.get(method)
  const isGone = Number(event.status) === 410
  if (command === undefined || (!isGone && Number(event.status) >= 400)) return undefined
  const needsPayload = method === "POST"
  if (needsPayload && (frame === undefined || frame === "" || isCut(frame))) return undefined
  const payload = JSON.stringify(frame)
  const send = `client.send(new ${command}({ ConnectionId${needsPayload ? `, Data: Buffer.from(${payload})` : ""} }))`
  const api = JSON.stringify(`${stage.logicalId}/${stage.stageName}`)
  return testFile({
    title: `${method} @connections ${isGone ? "finds no connection" : titles.get(method)}`,
    imports: [
      `import { ApiGatewayManagementApiClient, ${command} } from "@aws-sdk/client-apigatewaymanagementapi"`,
      `import { ${isGone ? "" : "openSocket, "}startGateway } from "${testLibrary}"`,
    ],
    lines: [
      `const url = gateway.webSocketUrl(${api})`,
      ...(isGone
        ? [`const ConnectionId = ${JSON.stringify(connectionId)}`]
        : [
            `await using ${method === "GET" ? "_socket" : "socket"} = await openSocket(url)`,
            "const [connection] = gateway.connections.all()",
            "const ConnectionId = connection?.facts.connectionId",
          ]),
      "const client = new ApiGatewayManagementApiClient({",
      '  endpoint: url.replace(/^ws/, "http"),',
      `  region: ${JSON.stringify(stage.region)},`,
      "  credentials: gateway.credentials,",
      "})",
      ...(isGone
        ? [`await expect(${send}).rejects.toMatchObject({ $metadata: { httpStatusCode: 410 } })`]
        : effectOf(method, send, payload)),
    ],
  })
}

const titles = new Map([
  ["POST", "sends the message to the client"],
  ["GET", "describes the connection"],
  ["DELETE", "closes the connection"],
])

function effectOf(method: string, send: string, payload: string): string[] {
  if (method === "POST") return [`await ${send}`, `expect(await socket.next()).toBe(${payload})`]
  if (method === "DELETE") return [`await ${send}`, "expect(await socket.closed).toMatchObject({ code: 1000 })"]
  return [
    `expect(await ${send}).toMatchObject({`,
    "  ConnectedAt: expect.any(Date),",
    "  LastActiveAt: expect.any(Date),",
    "  Identity: { SourceIp: expect.any(String) },",
    "})",
  ]
}
