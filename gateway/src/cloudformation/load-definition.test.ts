// From files to a definition: assemblies, templates, and what people point at by mistake.
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import { dirname, join } from "node:path"
import { afterEach, beforeEach, describe, expect, it } from "vitest"
import { loadDefinition } from "./load-definition.ts"
import { loadSource } from "./source/load-source.ts"

let folder: string

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "template-"))
})

afterEach(() => rm(folder, { recursive: true }))

async function write(files: Record<string, unknown>): Promise<void> {
  for (const [name, content] of Object.entries(files)) {
    const path = join(folder, name)
    await mkdir(dirname(path), { recursive: true })
    await writeFile(path, typeof content === "string" ? content : JSON.stringify(content))
  }
}

const api = {
  Type: "AWS::ApiGatewayV2::Api",
  Properties: { Name: "a", ProtocolType: "WEBSOCKET", RouteSelectionExpression: "$request.body.action" },
}
const code = {
  Type: "AWS::Lambda::Function",
  Properties: {
    Runtime: "nodejs24.x",
    Handler: "index.handler",
    Role: "arn:aws:iam::000000000000:role/r",
    Code: { S3Bucket: "b", S3Key: "abc.zip" },
  },
}

const assembly = {
  "manifest.json": {
    artifacts: {
      "App.assets": { type: "cdk:asset-manifest", properties: { file: "App.assets.json" } },
      App: {
        type: "aws:cloudformation:stack",
        environment: "aws://123456789012/eu-west-1",
        properties: { templateFile: "App.template.json", stackName: "the-app" },
        metadata: { "/App/Handler/Resource": [{ type: "aws:cdk:logicalId", data: "Handler" }] },
      },
      Later: { type: "cdk:cloud-assembly", properties: { directoryName: "assembly-Later" } },
    },
  },
  "App.assets.json": {
    files: { abc: { source: { path: "asset.abc", packaging: "zip" }, destinations: { d: { objectKey: "abc.zip" } } } },
  },
  "App.template.json": {
    Resources: {
      Api: api,
      Handler: code,
      Child: {
        Type: "AWS::CloudFormation::Stack",
        Metadata: { "aws:asset:path": "child.nested.template.json" },
        Properties: { TemplateURL: "https://s3/x" },
      },
    },
    Outputs: { Id: { Value: { "Fn::GetAtt": ["Child", "Outputs.Name"] } } },
  },
  "child.nested.template.json": {
    Resources: { Bucket: { Type: "AWS::S3::Bucket", Properties: { BucketName: "deep" } } },
    Outputs: { Name: { Value: { Ref: "Bucket" } } },
  },
  "assembly-Later/manifest.json": {
    artifacts: {
      Other: {
        type: "aws:cloudformation:stack",
        environment: "aws://unknown-account/unknown-region",
        properties: { templateFile: "Other.template.json" },
      },
    },
  },
  "assembly-Later/Other.template.json": {
    Resources: { Table: { Type: "AWS::DynamoDB::Table", Properties: { KeySchema: [] } } },
  },
}

describe("a cloud assembly", () => {
  it("gives all of its stacks, nested ones and stages' included, with assets and construct paths", async () => {
    await write(assembly)
    const definition = await loadDefinition(folder)
    expect(definition).toMatchObject({ region: "eu-west-1", accountId: "123456789012", outputs: { Id: "deep" } })
    expect(definition.functions).toMatchObject([
      {
        code: { form: "folder", path: join(folder, "asset.abc") },
        constructPath: "App/Handler/Resource",
        stackName: "the-app",
      },
    ])
    expect(definition.buckets).toMatchObject([{ bucketName: "deep" }])
    expect(definition.tables).toMatchObject([
      { stackName: "Other", arn: expect.stringContaining(":us-east-1:000000000000:") },
    ])
  })

  it("is found inside a project's folder, and by its manifest", async () => {
    await write(Object.fromEntries(Object.entries(assembly).map(([name, content]) => [`cdk.out/${name}`, content])))
    const names = async (source: string) => (await loadSource(source)).map((stack) => stack.stackName)
    expect(await names(folder)).toEqual(await names(join(folder, "cdk.out/manifest.json")))
    expect(await names(folder)).toEqual(["the-app", expect.stringMatching(/^the-app-Child-/), "Other"])
  })

  it("lends its assets to a template of its own that is given alone", async () => {
    await write(assembly)
    const { functions } = await loadDefinition(join(folder, "App.template.json"))
    expect(functions).toMatchObject([{ code: { form: "folder", path: join(folder, "asset.abc") } }])
  })

  it("takes another region and account when told to", async () => {
    await write(assembly)
    expect(await loadDefinition(folder, { region: "cn-north-1", accountId: "999999999999" })).toMatchObject({
      region: "cn-north-1",
      partition: "aws-cn",
      urlSuffix: "amazonaws.com.cn",
      accountId: "999999999999",
    })
  })
})

describe("a template file", () => {
  it("is named after itself, or after its folder", async () => {
    await write({
      "my chat.json": { Resources: { Api: api } },
      "app/template.yaml": JSON.stringify({ Resources: { Api: api } }),
    })
    expect(await loadSource(join(folder, "my chat.json"))).toMatchObject([{ stackName: "my-chat" }])
    expect(await loadSource(join(folder, "app"))).toMatchObject([{ stackName: "app" }])
  })
})

describe("SAM", () => {
  const sam = `
Transform: AWS::Serverless-2016-10-31
Globals:
  Function: { Runtime: nodejs24.x, Timeout: 9, Environment: { Variables: { A: general, B: general } } }
Resources:
  Chat:
    Type: AWS::Serverless::WebSocketApi
    Properties:
      RouteSelectionExpression: $request.body.action
      StageName: dev
      Auth: { AuthType: CUSTOM, AuthArn: !GetAtt Handler.Arn, IdentitySource: [route.request.header.Authorization] }
      Routes:
        $connect: { FunctionArn: !GetAtt Handler.Arn }
        send: { FunctionArn: !GetAtt Handler.Arn, IntegrationTimeout: 5000 }
  Handler:
    Type: AWS::Serverless::Function
    Properties:
      Handler: app.handler
      CodeUri: src/
      Environment: { Variables: { B: own } }
      Policies:
        - AWSLambda_ReadOnlyAccess
        - DynamoDBCrudPolicy: { TableName: !Ref Rows }
        - Statement: [{ Effect: Allow, Action: execute-api:ManageConnections, Resource: !Sub "arn:aws:execute-api:*:*:\${Chat}/*" }]
      Events:
        Get: { Type: HttpApi, Properties: { Path: /rows, Method: get } }
        Queue: { Type: SQS, Properties: { Queue: !GetAtt Jobs.Arn, BatchSize: 2 } }
        Upload: { Type: S3, Properties: { Bucket: !Ref Photos, Events: "s3:ObjectCreated:*" } }
        Daily: { Type: Schedule, Properties: { Schedule: rate(1 day) } }
  Rows: { Type: AWS::Serverless::SimpleTable, Properties: { PrimaryKey: { Name: key, Type: String } } }
  Jobs: { Type: AWS::SQS::Queue }
  Photos: { Type: AWS::S3::Bucket, Properties: { BucketName: photos } }
Outputs:
  Url: { Value: !Sub "wss://\${Chat}.execute-api.\${AWS::Region}.amazonaws.com/dev" }
`

  it("comes out as the resources that it stands for", async () => {
    await write({ "template.yaml": sam })
    const definition = await loadDefinition(folder)
    const [handler] = definition.functions
    const [chat] = definition.webSocketApis
    expect(handler).toMatchObject({
      timeoutMs: 9000,
      code: { form: "folder", path: join(folder, "src/") },
      environment: { A: "general", B: "own" },
    })
    const routes = Object.values(chat!.deployments)[0]!.routes
    expect(routes).toMatchObject({
      $connect: { authorizationType: "CUSTOM", integration: { functionArn: handler!.arn } },
      send: { authorizationType: "NONE", integration: { timeoutMs: 5000 } },
    })
    expect(chat!.authorizers[routes.$connect!.authorizerId!]).toMatchObject({ functionArn: handler!.arn })
    expect(definition.outputs.Url).toBe(`wss://${chat!.apiId}.execute-api.us-east-1.amazonaws.com/dev`)
    expect(definition.permissions.map((one) => one.sourceArn)).toContain(
      `arn:aws:execute-api:us-east-1:000000000000:${chat!.apiId}/*/$connect`,
    )
    expect(definition.httpApis).toMatchObject([
      { routes: [{ routeKey: "GET /rows", payloadFormatVersion: "2.0" }], stages: [{ stageName: "$default" }] },
    ])
    expect(definition.eventSourceMappings).toMatchObject([{ batchSize: 2, functionArn: handler!.arn }])
    expect(definition.bucketNotifications).toMatchObject([{ bucketName: "photos", targetArn: handler!.arn }])
    expect(definition.tables).toMatchObject([
      { createTable: { KeySchema: [{ AttributeName: "key", KeyType: "HASH" }] } },
    ])
    expect(definition.roles[0]!.managedPolicyArns).toEqual([
      "arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole",
      "arn:aws:iam::aws:policy/AWSLambda_ReadOnlyAccess",
    ])
    expect(definition.roles[0]!.policies).toHaveLength(2)
    expect(definition.notices).toEqual([
      { logicalId: "Handler", type: "AWS::Serverless::Function", message: expect.stringContaining("Daily") },
    ])
  })
})

describe("a source that cannot be served", () => {
  it.each<[string, Record<string, unknown>, string, string, RegExp]>([
    ["is not there", {}, "nowhere", "FILE_NOT_FOUND", /nowhere does not exist/],
    ["is an empty folder", { "x/readme": "" }, "x", "TEMPLATE_UNREADABLE", /holds no cloud assembly/],
    ["is an empty file", { "t.json": " " }, "t.json", "TEMPLATE_UNREADABLE", /is empty/],
    ["is a broken manifest", { "manifest.json": "{" }, ".", "TEMPLATE_UNREADABLE", /manifest.json is not JSON/],
    ["is another program's manifest", { "manifest.json": "{}" }, ".", "TEMPLATE_UNREADABLE", /has no artifacts/],
    [
      "has no API",
      { "t.json": { Resources: { T: { Type: "AWS::SNS::Topic" } } } },
      "t.json",
      "TEMPLATE_INVALID",
      /defines no WebSocket API/,
    ],
  ])("because it %s is told in a sentence with a way out", async (_, files, source, code, message) => {
    await write(files)
    await expect(loadDefinition(join(folder, source))).rejects.toThrowError(
      expect.objectContaining({ code, message: expect.stringMatching(message), hint: expect.stringMatching(/\.$/) }),
    )
  })
})
