// A handler's network: hosts that lead to the gateway, and AWS hosts that are rejected.
import { once } from "node:events"
import { createServer, type RequestListener } from "node:http"
import type { AddressInfo } from "node:net"
import { afterAll, afterEach, describe, expect, test } from "vitest"
import { WebSocketServer } from "ws"
import { closeLambdas, defineFunction, shareLambda, startLambda } from "../testing/lambda-under-test.ts"

const host = "abc123.execute-api.eu-west-1.amazonaws.com"
const closers: (() => void)[] = []
afterEach(async () => {
  await closeLambdas()
  for (const close of closers.splice(0)) close()
})

const echo: RequestListener = async (request, response) => {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  const { method, url, headers } = request
  const seen = { method, url, host: headers.host, signed: headers.authorization !== undefined }
  response.setHeader("content-type", "application/json")
  response.end(JSON.stringify({ ...seen, body: Buffer.concat(chunks).toString() }))
}

async function listen(listener: RequestListener = echo): Promise<number> {
  const server = createServer(listener).listen(0, "127.0.0.1")
  await once(server, "listening")
  closers.push(() => {
    server.close()
    server.closeAllConnections()
  })
  return (server.address() as AddressInfo).port
}

describe("a host that leads to the gateway", () => {
  test("is reached by fetch", async () => {
    const port = await listen()
    const source = `export const handler = async () =>
      (await fetch("https://${host}/dev/hello?a=1", { method: "POST", body: "hi" })).json()`
    const answer = await startLambda(source, { network: () => ({ [host]: port }) }).call()
    expect(answer).toEqual({ method: "POST", url: "/dev/hello?a=1", host, signed: false, body: "hi" })
  })

  test("is reached by node:https, imported and required", async () => {
    const port = await listen()
    const source = `import https from "node:https"
      import { createRequire } from "node:module"
      const get = (module) => new Promise((resolve, reject) => module.get("https://${host}/dev", async (answer) => {
        let text = ""
        const { encrypted } = answer.socket
        for await (const chunk of answer) text += chunk
        resolve(JSON.parse(text).url + encrypted)
      }).on("error", reject))
      export const handler = async () => [await get(https), await get(createRequire(import.meta.url)("https"))]`
    const { call } = startLambda(source, { network: () => ({ [host]: port }) })
    expect(await call()).toEqual(["/devtrue", "/devtrue"])
  })

  test("is reached by the AWS SDK that the runtime includes, with the keys of the role", async () => {
    const source = `import { ApiGatewayManagementApiClient, PostToConnectionCommand } from "@aws-sdk/client-apigatewaymanagementapi"
      const client = new ApiGatewayManagementApiClient({ endpoint: "https://${host}/dev" })
      export const handler = async () => {
        const { $metadata } = await client.send(new PostToConnectionCommand({ ConnectionId: "L0SM9cOFvHcCIhw=", Data: "hi" }))
        return $metadata.httpStatusCode
      }`
    const seen: unknown[] = []
    const port = await listen((request, response) => {
      seen.push([request.url, request.headers.authorization?.includes("Credential=KEY1/")])
      response.end()
    })
    expect(await startLambda(source, { network: () => ({ [host]: port }) }).call()).toBe(200)
    expect(seen).toEqual([["/dev/@connections/L0SM9cOFvHcCIhw%3D", true]])
  })

  test("is reached by CommonJS code that requires the SDK", async () => {
    const port = await listen((_request, response) => response.end())
    const source = `const { ApiGatewayManagementApi } = require("@aws-sdk/client-apigatewaymanagementapi")
      exports.handler = async () => {
        await new ApiGatewayManagementApi({ endpoint: "https://${host}/dev" }).postToConnection({ ConnectionId: "x", Data: "y" })
        return "sent"
      }`
    expect(await startLambda(source, { network: () => ({ [host]: port }) }).call()).toBe("sent")
  })

  test("is reached by the built-in WebSocket", async () => {
    const server = new WebSocketServer({ port: 0, host: "127.0.0.1" })
    await once(server, "listening")
    closers.push(() => server.close())
    server.on("connection", (socket) => socket.send("hello"))
    const source = `export const handler = () => new Promise((resolve, reject) => {
      const socket = new WebSocket("wss://${host}/dev")
      socket.onmessage = ({ data }) => { socket.close(); resolve(data) }
      socket.onerror = ({ message }) => reject(new Error(message))
    })`
    const { port } = server.address() as AddressInfo
    expect(await startLambda(source, { network: () => ({ [host]: port }) }).call()).toBe("hello")
  })

  test("may be any name below a wildcard", async () => {
    const port = await listen()
    const source = `export const handler = async () => (await fetch("https://docs.s3.eu-west-1.amazonaws.com/a")).status`
    const network = () => ({ "*.s3.eu-west-1.amazonaws.com": port })
    expect(await startLambda(source, { network }).call()).toBe(200)
  })

  test("whose port is closed refuses the connection", async () => {
    const source = `export const handler = async () => fetch("https://${host}/").catch(({ cause }) => cause.code)`
    const port = await listen()
    closers.splice(0).map((close) => close())
    expect(await startLambda(source, { network: () => ({ [host]: port }) }).call()).toBe("ECONNREFUSED")
  })
})

// before-network.test.ts has each way to use the network first.
const evaluator = shareLambda("export const handler = ({ code }) => eval(`(async () => { ${code} })()`)", {
  endpoints: () => ({ AWS_ENDPOINT_URL_SQS: "http://127.0.0.1:1" }),
})
afterAll(evaluator.close)

describe("any other AWS host", () => {
  test.each([
    ["fetch", `await fetch("https://kinesis.eu-west-1.amazonaws.com/").catch(({ cause }) => { throw cause })`],
    ["plain http", `await fetch("http://kinesis.eu-west-1.amazonaws.com/").catch(({ cause }) => { throw cause })`],
    [
      "node:https",
      `const https = await import("node:https")
       await new Promise((_, reject) => https.get("https://kinesis.eu-west-1.amazonaws.com/").on("error", reject))`,
    ],
  ])("is rejected with a sentence that says what to do: %s", async (_client, code) => {
    expect(await evaluator.lambda().fail({ code })).toMatchObject({
      errorType: "NotServedLocally",
      errorMessage:
        "kinesis.eu-west-1.amazonaws.com is not served locally, and calls to AWS never leave this machine. Served here: SQS. To use a real endpoint, start with AWS_ENDPOINT_URL_KINESIS=https://kinesis.eu-west-1.amazonaws.com",
    })
  })

  test.each([
    ["cognito-idp", "COGNITO_IDENTITY_PROVIDER"],
    ["cognito-identity", "COGNITO_IDENTITY"],
    ["email", "SESV2"],
    ["logs", "CLOUDWATCH_LOGS"],
    ["monitoring", "CLOUDWATCH"],
    ["states", "SFN"],
    ["sync-states", "SFN"],
    ["bedrock-runtime", "BEDROCK_RUNTIME"],
  ])("names the variable of the SDK for %s: %s", async (host, variable) => {
    const code = `await fetch("https://${host}.eu-west-1.amazonaws.com/").catch(({ cause }) => { throw cause })`
    expect((await evaluator.lambda().fail({ code })).errorMessage).toContain(` AWS_ENDPOINT_URL_${variable}=`)
  })

  test("is rejected at once by the SDK, without retries", async () => {
    const source = `import { S3Client, ListBucketsCommand } from "@aws-sdk/client-s3"
      export const handler = async () => {
        const error = await new S3Client().send(new ListBucketsCommand()).catch((error) => error)
        return [error.name, error.$metadata.attempts]
      }`
    expect(await startLambda(source).call()).toEqual(["NotServedLocally", 1])
  })

  test("is looked up when AWS_ENDPOINT_URL names it", async () => {
    const source = `import dns from "node:dns"
      export const handler = (name) => new Promise((resolve) => dns.lookup(name, (error) => resolve(error?.code)))`
    const environment = { AWS_ENDPOINT_URL_KINESIS: "https://kinesis.invalid.amazonaws.com" }
    const { call } = startLambda([defineFunction(source, { environment })])
    expect(await call("other.invalid.amazonaws.com")).toBe("ERR_NOT_SERVED_LOCALLY")
    expect(await call("kinesis.invalid.amazonaws.com")).not.toBe("ERR_NOT_SERVED_LOCALLY")
  })
})

test("loopback endpoints over plain http work as they are", async () => {
  const port = await listen()
  const code = `return (await fetch("http://127.0.0.1:${port}/")).status`
  expect(await evaluator.lambda().call({ code })).toBe(200)
})
