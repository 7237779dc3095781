// A cloud assembly whose stacks are in several regions and accounts: each API and each function has its own.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { expect, onTestFinished, test } from "vitest"
import { openSocket } from "../testing/open-socket.ts"
import { startGateway } from "./gateway.ts"
import type { GatewayOptions } from "./gateway-options.ts"
import type { GatewayEvent } from "./observe/gateway-event.ts"

const code = `
const { ApiGatewayManagementApiClient, PostToConnectionCommand } = require("@aws-sdk/client-apigatewaymanagementapi")
exports.handler = async ({ requestContext: { domainName, stage, connectionId, routeKey } }, context) => {
  if (routeKey === "$connect") return { statusCode: 200 }
  const client = new ApiGatewayManagementApiClient({ endpoint: \`https://\${domainName}/\${stage}\`, maxAttempts: 1 })
  const Data = JSON.stringify({ region: process.env.AWS_REGION, arn: context.invokedFunctionArn, domainName })
  await client.send(new PostToConnectionCommand({ ConnectionId: connectionId, Data }))
  return { statusCode: 200 }
}`

const sub = (text: string) => ({ "Fn::Sub": text })
const route = (RouteKey: string) => ({
  Type: "AWS::ApiGatewayV2::Route",
  Properties: { ApiId: { Ref: "Api" }, RouteKey, Target: sub(`integrations/\${Integration}`) },
})
const template = {
  Resources: {
    Api: {
      Type: "AWS::ApiGatewayV2::Api",
      Properties: { Name: "chat", ProtocolType: "WEBSOCKET", RouteSelectionExpression: "$request.body.action" },
    },
    Role: {
      Type: "AWS::IAM::Role",
      Properties: {
        AssumeRolePolicyDocument: { Statement: [] },
        Policies: [
          {
            PolicyName: "post",
            PolicyDocument: {
              Statement: [
                {
                  Effect: "Allow",
                  Action: "execute-api:ManageConnections",
                  Resource: sub(`arn:\${AWS::Partition}:execute-api:\${AWS::Region}:\${AWS::AccountId}:\${Api}/*`),
                },
              ],
            },
          },
        ],
      },
    },
    Function: {
      Type: "AWS::Lambda::Function",
      Properties: {
        Runtime: "nodejs22.x",
        Handler: "index.handler",
        Timeout: 20,
        Role: { "Fn::GetAtt": ["Role", "Arn"] },
        Code: { ZipFile: code },
      },
    },
    Permission: {
      Type: "AWS::Lambda::Permission",
      Properties: {
        Action: "lambda:InvokeFunction",
        FunctionName: { Ref: "Function" },
        Principal: "apigateway.amazonaws.com",
        SourceAccount: { Ref: "AWS::AccountId" },
        SourceArn: sub(`arn:\${AWS::Partition}:execute-api:\${AWS::Region}:\${AWS::AccountId}:\${Api}/*`),
      },
    },
    Integration: {
      Type: "AWS::ApiGatewayV2::Integration",
      Properties: {
        ApiId: { Ref: "Api" },
        IntegrationType: "AWS_PROXY",
        IntegrationUri: sub(
          `arn:\${AWS::Partition}:apigateway:\${AWS::Region}:lambda:path/2015-03-31/functions/\${Function.Arn}/invocations`,
        ),
      },
    },
    Connect: route("$connect"),
    Default: route("$default"),
    Stage: {
      Type: "AWS::ApiGatewayV2::Stage",
      Properties: { ApiId: { Ref: "Api" }, StageName: "dev", AutoDeploy: true },
    },
  },
}

function writeAssembly(environments: Record<string, string>): string {
  const folder = mkdtempSync(join(tmpdir(), "environments-"))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  const artifacts = Object.entries(environments).map(([name, environment]) => {
    const properties = { templateFile: "template.json" }
    return [name, { type: "aws:cloudformation:stack", environment, properties }]
  })
  writeFileSync(join(folder, "manifest.json"), JSON.stringify({ artifacts: Object.fromEntries(artifacts) }))
  writeFileSync(join(folder, "template.json"), JSON.stringify(template))
  return folder
}

async function start(source: string, options: Partial<GatewayOptions> = {}) {
  const events: GatewayEvent[] = []
  const gateway = await startGateway({ source, onEvent: (event) => events.push(event), ...options })
  onTestFinished(() => gateway.close())
  const ask = async (stage: { url: string } | undefined) => {
    const socket = await openSocket(stage?.url ?? "", { timeoutMs: 20_000 })
    socket.send({ action: "x" })
    return socket.nextJson<{ region: string; arn: string; domainName: string }>()
  }
  const problems = () => events.filter(({ event }) => event === "denied" || event === "problem")
  return { gateway, ask, problems }
}

test("functions of every region and account are invoked, sign for their own region and post", async () => {
  const source = writeAssembly({ Europe: "aws://111111111111/eu-west-1", China: "aws://222222222222/cn-north-1" })
  const { gateway, ask, problems } = await start(source)
  const [europe, china] = gateway.stages()
  expect(await ask(europe)).toMatchObject({
    region: "eu-west-1",
    arn: expect.stringMatching(/^arn:aws:lambda:eu-west-1:111111111111:function:Europe-/),
    domainName: expect.stringMatching(/\.execute-api\.eu-west-1\.amazonaws\.com$/),
  })
  expect(await ask(china)).toMatchObject({
    region: "cn-north-1",
    arn: expect.stringMatching(/^arn:aws-cn:lambda:cn-north-1:222222222222:function:China-/),
    domainName: expect.stringMatching(/\.execute-api\.cn-north-1\.amazonaws\.com\.cn$/),
  })
  expect(problems()).toEqual([])
})

test("a stack without a region and an account has those of the options", async () => {
  const source = writeAssembly({ Chat: "aws://unknown-account/unknown-region" })
  const { gateway, ask } = await start(source, { region: "ap-south-1", accountId: "333333333333" })
  const { arn } = await ask(gateway.stages()[0])
  expect(arn).toMatch(/^arn:aws:lambda:ap-south-1:333333333333:/)
})
