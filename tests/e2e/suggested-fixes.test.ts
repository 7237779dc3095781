// The CDK lines that denials suggest: each is run unchanged in the app that lacks it, and grants the access.
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { type GatewayEvent, startGateway } from "@document-insight/gateway"
import { App, CfnOutput, Stack } from "aws-cdk-lib"
import { CfnApi, CfnIntegration, CfnRoute, CfnStage, WebSocketApi } from "aws-cdk-lib/aws-apigatewayv2"
import { PolicyStatement, Role, ServicePrincipal } from "aws-cdk-lib/aws-iam"
import { Code, Function as LambdaFunction, Runtime } from "aws-cdk-lib/aws-lambda"
import { expect, onTestFinished, test } from "vitest"
import { openSocket } from "../testing/open-socket.ts"

const push = `
const { ApiGatewayManagementApi } = require("@aws-sdk/client-apigatewaymanagementapi")
exports.handler = async ({ requestContext: { domainName, stage, connectionId } }) => {
  const management = new ApiGatewayManagementApi({ endpoint: "https://" + domainName + "/" + stage })
  await management.postToConnection({ ConnectionId: connectionId, Data: "pushed" })
  return { statusCode: 200 }
}`

type Options = {
  /** Whether the API is a CDK construct or a CloudFormation resource. */
  api: "construct" | "resource"
  /** Whether API Gateway invokes the function with a role instead of with the function's permission. */
  byRole?: boolean
}

/** Synthesizes an app without grants, and runs `lines` in it with the variables that they use. */
function synthesize({ api, byRole = false }: Options, lines: string[]): string {
  const outdir = mkdtempSync(join(tmpdir(), "cures-"))
  onTestFinished(() => rmSync(outdir, { recursive: true }))
  const app = new App({ outdir, analyticsReporting: false, builtinCloudFormationValidation: false })
  const stack = new Stack(app, "Chat")
  const chatHandler = new LambdaFunction(stack, "ChatHandler", {
    runtime: Runtime.NODEJS_24_X,
    handler: "index.handler",
    code: Code.fromInline(push),
  })
  const caller = new Role(stack, "Caller", { assumedBy: new ServicePrincipal("lambda.amazonaws.com") })
  const properties = { name: "chat", protocolType: "WEBSOCKET", routeSelectionExpression: "$request.body.action" }
  const chatApi = api === "construct" ? new WebSocketApi(stack, "ChatApi") : new CfnApi(stack, "ChatApi", properties)
  const apiId = chatApi instanceof CfnApi ? chatApi.ref : chatApi.apiId
  const integration = new CfnIntegration(stack, "Integration", {
    apiId,
    integrationType: "AWS_PROXY",
    integrationUri: `arn:${stack.partition}:apigateway:${stack.region}:lambda:path/2015-03-31/functions/${chatHandler.functionArn}/invocations`,
    ...(byRole && { credentialsArn: caller.roleArn }),
  })
  new CfnRoute(stack, "Push", { apiId, routeKey: "push", target: `integrations/${integration.ref}` })
  new CfnStage(stack, "Stage", { apiId, stageName: "live", autoDeploy: true })
  new CfnOutput(stack, "Url", { value: `wss://${apiId}.execute-api.${stack.region}.${stack.urlSuffix}/live` })

  const names = { chatApi, chatHandler, caller, PolicyStatement, ServicePrincipal, Stack }
  for (const line of lines) new Function(...Object.keys(names), line)(...Object.values(names))
  app.synth()
  return outdir
}

type Answer = { frame: string; cure: string | undefined }

/** Serves an app. @returns what requests a push from the app, which is served again when it has changed */
async function servePushes(source: string): Promise<(changed?: string) => Promise<Answer>> {
  const denied: (GatewayEvent & { event: "denied" })[] = []
  const onEvent = (event: GatewayEvent) => {
    if (event.event === "denied") denied.push(event)
  }
  const gateway = await startGateway({ source, onEvent })
  onTestFinished(async () => void (await gateway.close()))
  const socket = await openSocket(gateway.outputs().Url ?? "")
  return async (changed) => {
    if (changed !== undefined) await gateway.reload(changed)
    denied.length = 0
    socket.send({ action: "push" })
    return { frame: await socket.next(), cure: denied[0]?.cure }
  }
}

test.each<[string, Options, string[]]>([
  [
    "CDK's construct",
    { api: "construct" },
    [`chatHandler.addPermission("ApiGateway", `, "chatApi.grantManageConnections(chatHandler)"],
  ],
  [
    "CloudFormation's resource",
    { api: "resource" },
    [`chatHandler.addPermission("ApiGateway", `, "chatHandler.addToRolePolicy("],
  ],
  [
    "an integration with a role",
    { api: "construct", byRole: true },
    [
      "caller.assumeRolePolicy.addStatements(",
      "chatHandler.grantInvoke(caller)",
      "chatApi.grantManageConnections(chatHandler)",
    ],
  ],
])(
  "%s without grants: reports each missing grant, and works with the reported lines",
  async (_what, options, expected) => {
    const lines: string[] = []
    const ask = await servePushes(synthesize(options, lines))
    let answer = await ask()
    for (const beginning of expected) {
      const { frame, cure = "" } = answer
      expect(frame).toContain("Internal server error")
      // For the CloudFormation resource a second line is suggested, because CDK has no method for it.
      const line = cure.split(" // or, on a CfnApi: ").at(-1) ?? ""
      expect(line.slice(0, beginning.length)).toBe(beginning)
      lines.push(line)
      answer = await ask(synthesize(options, lines))
    }
    expect(answer).toEqual({ frame: "pushed", cure: undefined })
  },
)
