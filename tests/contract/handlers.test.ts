// Handlers run unedited: code that builds AWS's own addresses, signs with its role's keys and loads what the runtime has.
import type { GatewayEvent } from "@document-insight/gateway"
import { describe, expect, test } from "vitest"
import { openSocket } from "../testing/open-socket.ts"
import { shareLocal, startLocal } from "../testing/start-local.ts"
import { manageConnections } from "../testing/template.ts"

/** The address of the API, made in one of two ways: the message names it. */
const endpointOf = `
const endpointOf = ({ body, requestContext: { domainName, apiId, stage } }) =>
  JSON.parse(body).by === "domain name"
    ? \`https://\${domainName}/\${stage}\`
    : \`https://\${apiId}.execute-api.\${process.env.AWS_REGION}.amazonaws.com/\${stage}\``

const esModule = `${endpointOf}
import { ApiGatewayManagementApiClient, PostToConnectionCommand } from "@aws-sdk/client-apigatewaymanagementapi"
export const handler = async (event) => {
  const client = new ApiGatewayManagementApiClient({ endpoint: endpointOf(event) })
  await client.send(new PostToConnectionCommand({ ConnectionId: event.requestContext.connectionId, Data: "pushed" }))
  return { statusCode: 200 }
}`

const commonJs = `${endpointOf}
const { ApiGatewayManagementApi } = require("@aws-sdk/client-apigatewaymanagementapi")
exports.handler = async (event) => {
  const client = new ApiGatewayManagementApi({ endpoint: endpointOf(event) })
  await client.postToConnection({ ConnectionId: event.requestContext.connectionId, Data: "pushed" })
  return { statusCode: 200 }
}`

/** Signature Version 4 by hand, as code without the SDK does it. */
const fetching = `${endpointOf}
import { createHash, createHmac } from "node:crypto"
const { AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN, AWS_REGION } = process.env
const sha256 = (text) => createHash("sha256").update(text).digest("hex")
const hmac = (key, text) => createHmac("sha256", key).update(text).digest()

export const handler = async (event) => {
  const url = new URL(endpointOf(event) + "/@connections/" + encodeURIComponent(event.requestContext.connectionId))
  const body = "pushed"
  const date = new Date().toISOString().replace(/[-:]|\\.\\d{3}/g, "")
  const day = date.slice(0, 8)
  const headers = { host: url.host, "x-amz-date": date, "x-amz-security-token": AWS_SESSION_TOKEN }
  const signed = Object.keys(headers).join(";")
  const path = url.pathname.split("/").map(encodeURIComponent).join("/")
  const lines = Object.entries(headers).map(([name, value]) => name + ":" + value + "\\n").join("")
  const canonical = ["POST", path, "", lines, signed, sha256(body)].join("\\n")
  const scope = [day, AWS_REGION, "execute-api", "aws4_request"].join("/")
  const text = ["AWS4-HMAC-SHA256", date, scope, sha256(canonical)].join("\\n")
  const key = [day, AWS_REGION, "execute-api", "aws4_request"].reduce(hmac, "AWS4" + AWS_SECRET_ACCESS_KEY)
  const authorization = "AWS4-HMAC-SHA256 Credential=" + AWS_ACCESS_KEY_ID + "/" + scope +
    ", SignedHeaders=" + signed + ", Signature=" + hmac(key, text).toString("hex")
  const { host, ...sent } = headers
  const response = await fetch(url, { method: "POST", body, headers: { ...sent, authorization } })
  if (response.status !== 200) throw new Error(await response.text())
  return { statusCode: 200 }
}`

describe("a handler that pushes", () => {
  const serve = shareLocal()
  const handlers = [
    ["an ES module with the SDK", esModule],
    ["CommonJS that requires the SDK", commonJs],
    ["fetch, signed by hand", fetching],
  ] as const
  const cases = handlers.flatMap(([name, code]) => [
    { what: `${name}, to the event's domainName`, code, by: "domain name" },
    { what: `${name}, to an address made of the API's id`, code, by: "id" },
  ])

  test.each(cases)("$what, reaches the connection with the keys of its role", async ({ code, by }) => {
    const granted = await serve({ routes: { push: { code } }, statements: [manageConnections] })
    const socket = await openSocket(granted.url)
    socket.send({ action: "push", by })
    expect(await socket.next()).toBe("pushed")
    expect(granted.events.filter(({ event }) => event === "denied" || event === "problem")).toEqual([])

    // The keys are the role's, not anybody's: without the grant the same code is refused.
    const forgotten = await serve({ routes: { push: { code } } })
    socket.send({ action: "push", by })
    expect(await socket.nextJson()).toMatchObject({ message: "Internal server error" })
    expect(forgotten.events.filter((event) => event.event === "denied")).toMatchObject([
      { action: "execute-api:ManageConnections", role: "Role" },
    ])
  })
})

const output = (events: GatewayEvent[]) =>
  events.flatMap((event) => (event.event === "log" && event.source === "function" ? event.message : [])).join("")

describe("a call to a host that is not served never leaves the machine", () => {
  test.each([
    [
      "a service of AWS, by the SDK",
      `import { GetCallerIdentityCommand, STSClient } from "@aws-sdk/client-sts"
       export const handler = () => new STSClient().send(new GetCallerIdentityCommand())`,
      /sts\.us-east-1\.amazonaws\.com is not served locally, and calls to AWS never leave this machine\. Served here: /,
    ],
    [
      "a service of AWS, by fetch",
      `export const handler = async () => {
         await fetch("https://firehose.us-east-1.amazonaws.com/").catch(({ cause }) => { throw cause })
       }`,
      /firehose\.us-east-1\.amazonaws\.com is not served locally, and calls to AWS never leave this machine\. Served here: .*To use a real endpoint, start with AWS_ENDPOINT_URL_FIREHOSE=https:\/\/firehose\.us-east-1\.amazonaws\.com/,
    ],
    [
      "an API of another account",
      `import { ApiGatewayManagementApiClient, PostToConnectionCommand } from "@aws-sdk/client-apigatewaymanagementapi"
       const client = new ApiGatewayManagementApiClient({ endpoint: "https://abcdefghij.execute-api.us-east-1.amazonaws.com/dev" })
       export const handler = () => client.send(new PostToConnectionCommand({ ConnectionId: "x", Data: "y" }))`,
      /abcdefghij\.execute-api\.us-east-1\.amazonaws\.com is not served locally/,
    ],
  ])("%s fails with an error that names the setting", async (_what, code, sentence) => {
    const { url, events } = await startLocal({ routes: { call: { code } } })
    const socket = await openSocket(url)
    socket.send({ action: "call" })
    expect(await socket.nextJson()).toMatchObject({ message: "Internal server error" })
    expect(output(events)).toMatch(sentence)
  })
})
