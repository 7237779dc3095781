// The local gateway reads from the synthesized templates what it serves: routes, throttles, timeouts, logs and outputs.
import { beforeAll, expect, test } from "vitest"
import { loadDefinition } from "../../gateway/src/cloudformation/load-definition.ts"
import type { Definition } from "../../gateway/src/definition/definition.ts"
import { webSocketAccessLogFormat } from "../src/access-log.ts"
import { synthesized } from "./synthesized.ts"

let definition: Definition
beforeAll(async () => {
  const overrides = { api_throttle_rate: "12", api_throttle_burst: "34", integration_timeout_ms: "5000" }
  definition = await loadDefinition(synthesized("dev", overrides).outdir)
})

test("reads the WebSocket API with its four routes, throttle, timeout and log format", () => {
  const [api] = definition.webSocketApis
  const [stage] = api!.stages
  expect(stage).toMatchObject({
    stageName: "dev",
    defaultRouteSettings: { throttlingRateLimit: 12, throttlingBurstLimit: 34, loggingLevel: "INFO" },
    accessLog: { format: webSocketAccessLogFormat },
  })
  const { routes } = api!.deployments[stage!.deploymentId!]!
  const answering = Object.values(routes).map(({ routeKey, returnsResponse, integration }) => [
    routeKey,
    returnsResponse,
    integration?.timeoutMs,
  ])
  expect(answering).toEqual([
    ["$connect", false, 5000],
    ["$disconnect", false, 5000],
    ["$default", true, 5000],
    ["progress", true, 5000],
  ])
})

test("reads the routes of the HTTP API, the function of the queue and the queue of the bucket", () => {
  expect(definition.httpApis[0]?.routes.map(({ routeKey }) => routeKey).sort()).toEqual([
    "DELETE /documents/{documentId}",
    "GET /documents/{documentId}",
    "GET /documents/{documentId}/pages/{page}",
    "GET /documents/{documentId}/pages/{page}/thumbnail",
    "GET /documents/{documentId}/search",
    "POST /documents",
    "POST /documents/{documentId}/password",
  ])
  const queue = definition.queues.find(({ queueName }) => queueName === "document-insight-dev-uploads")
  expect(definition.bucketNotifications).toMatchObject([{ prefix: "uploads/", targetArn: queue?.arn }])
  expect(definition.eventSourceMappings[0]).toMatchObject({
    queueArn: queue?.arn,
    batchSize: 1,
    reportBatchItemFailures: true,
  })
  expect(definition.eventSourceMappings.map(({ queueArn }) => queueArn.split(":").at(-1))).toEqual([
    "document-insight-dev-uploads",
    "document-insight-dev-uploads-dead-letter",
    "document-insight-dev-upload-deadlines",
    "document-insight-dev-pushes",
  ])
})

test("reads the page with its run-time configuration", () => {
  const [site] = definition.sites
  expect(site?.sources).toHaveLength(2)
  expect(Object.values(site!.sources[1]!.markers)).toContain(definition.webSocketApis[0]?.apiId)
  expect(site?.notFound).toEqual({ path: "/index.html", status: 200 })
})

test("reads every output of the contract", () => {
  const { apiId } = definition.webSocketApis[0]!
  expect(definition.outputs).toMatchObject({
    WebSocketApiId: apiId,
    WebSocketApiUrl: `wss://${apiId}.execute-api.us-east-1.amazonaws.com/dev`,
    WebSocketApiStage: "dev",
    ApiEndpoint: expect.stringMatching(/^https:\/\/[a-z0-9]{10}\.execute-api\.us-east-1\.amazonaws\.com$/),
    WebUrl: `https://${definition.sites[0]!.domainName}`,
  })
})
