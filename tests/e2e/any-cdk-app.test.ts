// Serves a CDK app that is not part of this project, written with the constructs and examples of CDK's documentation.
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { type GatewayEvent, startGateway } from "@document-insight/gateway"
import { App, CfnOutput, RemovalPolicy, Stack } from "aws-cdk-lib"
import { WebSocketApi, WebSocketStage } from "aws-cdk-lib/aws-apigatewayv2"
import { WebSocketLambdaIntegration } from "aws-cdk-lib/aws-apigatewayv2-integrations"
import { AttributeType, Table } from "aws-cdk-lib/aws-dynamodb"
import { Code, Function as LambdaFunction, Runtime } from "aws-cdk-lib/aws-lambda"
import { expect, onTestFinished, test } from "vitest"
import { openSocket } from "../testing/open-socket.ts"

// A chat that sends each message to all connections, with the AWS SDK of the runtime.
const chat = `
const { DynamoDBClient } = require("@aws-sdk/client-dynamodb")
const { DynamoDBDocumentClient, DeleteCommand, PutCommand, ScanCommand } = require("@aws-sdk/lib-dynamodb")
const { ApiGatewayManagementApiClient, PostToConnectionCommand } = require("@aws-sdk/client-apigatewaymanagementapi")
const table = DynamoDBDocumentClient.from(new DynamoDBClient({}))
const TableName = process.env.TABLE
exports.handler = async ({ body, requestContext: { routeKey, connectionId, domainName, stage } }) => {
  if (routeKey === "$connect") await table.send(new PutCommand({ TableName, Item: { connectionId } }))
  if (routeKey === "$disconnect") await table.send(new DeleteCommand({ TableName, Key: { connectionId } }))
  if (routeKey === "say") {
    const { Items } = await table.send(new ScanCommand({ TableName, ConsistentRead: true }))
    const management = new ApiGatewayManagementApiClient({ endpoint: "https://" + domainName + "/" + stage })
    const { text } = JSON.parse(body)
    await Promise.all(
      Items.map((item) => management.send(new PostToConnectionCommand({ ConnectionId: item.connectionId, Data: text }))),
    )
  }
  return { statusCode: 200, body: "done" }
}`

function synthesizeChat({ withGrant }: { withGrant: boolean }): string {
  const outdir = mkdtempSync(join(tmpdir(), "any-cdk-app-"))
  onTestFinished(() => rmSync(outdir, { recursive: true }))
  const app = new App({ outdir, analyticsReporting: false, builtinCloudFormationValidation: false })
  const stack = new Stack(app, "Chat")
  const table = new Table(stack, "Connections", {
    partitionKey: { name: "connectionId", type: AttributeType.STRING },
    removalPolicy: RemovalPolicy.DESTROY,
  })
  const handler = new LambdaFunction(stack, "Handler", {
    runtime: Runtime.NODEJS_24_X,
    handler: "index.handler",
    code: Code.fromInline(chat),
    environment: { TABLE: table.tableName },
  })
  table.grantReadWriteData(handler)
  const route = (id: string) => ({ integration: new WebSocketLambdaIntegration(id, handler) })
  const api = new WebSocketApi(stack, "Api", {
    connectRouteOptions: route("OnConnect"),
    disconnectRouteOptions: route("OnDisconnect"),
    defaultRouteOptions: { ...route("Otherwise"), returnResponse: true },
  })
  api.addRoute("say", route("Say"))
  const stage = new WebSocketStage(stack, "Stage", { webSocketApi: api, stageName: "live", autoDeploy: true })
  if (withGrant) api.grantManageConnections(handler)
  new CfnOutput(stack, "Url", { value: stage.url })
  app.synth()
  return outdir
}

test("denies a call without a grant as AWS does, and with the grant sends each message to all connections", async () => {
  const events: GatewayEvent[] = []
  const gateway = await startGateway({
    source: synthesizeChat({ withGrant: false }),
    onEvent: (event) => events.push(event),
  })
  onTestFinished(async () => void (await gateway.close()))
  const url = gateway.outputs().Url ?? ""
  const [ann, bob] = await Promise.all([openSocket(url), openSocket(url)])
  ann.send({ action: "say", text: "hello" })
  expect(await ann.nextJson()).toMatchObject({ message: "Internal server error" })
  expect(events.find(({ event }) => event === "denied")).toMatchObject({
    action: "execute-api:ManageConnections",
    role: expect.stringContaining("HandlerServiceRole"),
    cure: expect.stringMatching(/grantManageConnections\(.*[hH]andler.*\)/),
  })

  await gateway.reload(synthesizeChat({ withGrant: true }))
  events.length = 0
  ann.send({ action: "say", text: "hello" })
  expect([await ann.next(), await bob.next()]).toEqual(["hello", "hello"])
  bob.send("anything else")
  expect(await bob.next()).toBe("done")
  expect(events.filter(({ event }) => event === "denied" || event === "problem")).toEqual([])
})
