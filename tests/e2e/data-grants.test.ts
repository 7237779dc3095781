// The grants of CDK that denials of DynamoDB, S3 and SQS suggest: each is run unchanged in the app that lacks it, until the
// handler works.
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { type GatewayEvent, startGateway } from "@document-insight/gateway"
import { App, CfnOutput, Stack } from "aws-cdk-lib"
import { CfnRouteResponse, WebSocketApi, WebSocketStage } from "aws-cdk-lib/aws-apigatewayv2"
import { WebSocketLambdaIntegration } from "aws-cdk-lib/aws-apigatewayv2-integrations"
import { AttributeType, Table } from "aws-cdk-lib/aws-dynamodb"
import { PolicyStatement } from "aws-cdk-lib/aws-iam"
import { Code, Function as LambdaFunction, Runtime } from "aws-cdk-lib/aws-lambda"
import { Bucket } from "aws-cdk-lib/aws-s3"
import { Queue } from "aws-cdk-lib/aws-sqs"
import { expect, onTestFinished, test } from "vitest"
import { openSocket } from "../testing/open-socket.ts"

/** Uses every service in turn, and responds with the name of the first error. */
const useServices = `
const { DynamoDB } = require("@aws-sdk/client-dynamodb")
const { S3 } = require("@aws-sdk/client-s3")
const { SQS } = require("@aws-sdk/client-sqs")
const { TABLE: TableName, BUCKET: Bucket, QUEUE: QueueUrl } = process.env
exports.handler = async () => {
  const key = { id: { S: "1" }, owner: { S: "me" } }
  const [database, storage, queue] = [new DynamoDB(), new S3(), new SQS()]
  try {
    await database.putItem({ TableName, Item: key })
    await database.query({
      TableName, IndexName: "by-owner", KeyConditionExpression: "#o = :me",
      ExpressionAttributeNames: { "#o": "owner" }, ExpressionAttributeValues: { ":me": { S: "me" } },
    })
    await storage.putObject({ Bucket, Key: "a", Body: "text" })
    await storage.getObject({ Bucket, Key: "a" })
    await storage.listObjectsV2({ Bucket })
    await storage.deleteObject({ Bucket, Key: "a" })
    await queue.sendMessage({ QueueUrl, MessageBody: "text" })
    await queue.receiveMessage({ QueueUrl })
    await queue.purgeQueue({ QueueUrl })
    return { statusCode: 200, body: "done" }
  } catch (error) {
    return { statusCode: 200, body: error.name }
  }
}`

/** Synthesizes an app without grants, and runs `lines` in it with the variables that they use. */
function synthesize(lines: readonly string[]): string {
  const outdir = mkdtempSync(join(tmpdir(), "data-grants-"))
  onTestFinished(() => rmSync(outdir, { recursive: true }))
  const app = new App({ outdir, analyticsReporting: false, builtinCloudFormationValidation: false })
  const stack = new Stack(app, "Data")
  const documentsTable = new Table(stack, "DocumentsTable", {
    partitionKey: { name: "id", type: AttributeType.STRING },
  })
  documentsTable.addGlobalSecondaryIndex({
    indexName: "by-owner",
    partitionKey: { name: "owner", type: AttributeType.STRING },
  })
  const uploadBucket = new Bucket(stack, "UploadBucket", { enforceSSL: true })
  const uploadQueue = new Queue(stack, "UploadQueue", { enforceSSL: true })
  const handler = new LambdaFunction(stack, "Handler", {
    runtime: Runtime.NODEJS_24_X,
    handler: "index.handler",
    code: Code.fromInline(useServices),
    environment: {
      TABLE: documentsTable.tableName,
      BUCKET: uploadBucket.bucketName,
      QUEUE: uploadQueue.queueUrl,
    },
  })
  const api = new WebSocketApi(stack, "Api")
  const route = api.addRoute("use", {
    integration: new WebSocketLambdaIntegration("Use", handler),
    returnResponse: true,
  })
  new CfnRouteResponse(stack, "Response", { apiId: api.apiId, routeId: route.routeId, routeResponseKey: "$default" })
  const stage = new WebSocketStage(stack, "Stage", { webSocketApi: api, stageName: "live", autoDeploy: true })
  new CfnOutput(stack, "Url", { value: stage.url })

  const names = { documentsTable, uploadBucket, uploadQueue, handler, PolicyStatement }
  for (const line of lines) new Function(...Object.keys(names), line)(...Object.values(names))
  app.synth()
  return outdir
}

test("a handler without grants works with the reported lines, one after the other", async () => {
  const lines: string[] = []
  const denied: (GatewayEvent & { event: "denied" })[] = []
  const onEvent = (event: GatewayEvent) => {
    if (event.event === "denied") denied.push(event)
  }
  const gateway = await startGateway({ source: synthesize([]), onEvent })
  onTestFinished(() => gateway.close())
  const socket = await openSocket(gateway.outputs().Url ?? "")
  const use = async () => {
    socket.send({ action: "use" })
    return socket.next()
  }
  const errors: string[] = []
  for (let body = await use(); body !== "done"; body = await use()) {
    errors.push(body)
    expect(denied).toHaveLength(errors.length)
    // The statement of CloudFormation follows as a comment.
    lines.push(denied.at(-1)?.cure ?? "")
    await gateway.reload(synthesize(lines))
  }
  expect(lines.map((line) => line.split(" // or, in CloudFormation")[0])).toEqual([
    "documentsTable.grantWriteData(handler)",
    "documentsTable.grantReadData(handler)",
    "uploadBucket.grantPut(handler)",
    "uploadBucket.grantRead(handler)",
    "uploadBucket.grantDelete(handler)",
    "uploadQueue.grantSendMessages(handler)",
    "uploadQueue.grantConsumeMessages(handler)",
    "uploadQueue.grantPurge(handler)",
  ])
  expect([...new Set(errors)]).toEqual(["AccessDeniedException", "AccessDenied"])
})
