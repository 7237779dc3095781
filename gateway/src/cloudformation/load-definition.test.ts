// What the files of a source yield: cloud assemblies, templates, SAM templates, and sources that cannot be served.
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import { dirname, join } from "node:path"
import { afterEach, beforeEach, describe, expect, test } from "vitest"
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
  test("yields its stacks, nested stacks and stages, with assets and construct paths", async () => {
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
      { stackName: "Other", createTable: { TableName: expect.stringMatching(/^Other-Table-/) } },
    ])
  })

  test("is found in the folder of a project, and by its manifest", async () => {
    await write(Object.fromEntries(Object.entries(assembly).map(([name, content]) => [`cdk.out/${name}`, content])))
    const names = async (source: string) => (await loadSource(source)).map((stack) => stack.stackName)
    expect(await names(folder)).toEqual(await names(join(folder, "cdk.out/manifest.json")))
    expect(await names(folder)).toEqual(["the-app", expect.stringMatching(/^the-app-Child-/), "Other"])
  })

  test("provides its assets when one of its templates is the source", async () => {
    await write(assembly)
    const { functions } = await loadDefinition(join(folder, "App.template.json"))
    expect(functions).toMatchObject([{ code: { form: "folder", path: join(folder, "asset.abc") } }])
  })

  test("takes the region and account of the options where a stack names none", async () => {
    await write(assembly)
    const options = { region: "cn-north-1", accountId: "999999999999" }
    expect(await loadDefinition(folder, options)).toMatchObject({ region: "eu-west-1", accountId: "123456789012" })
    const [, , later] = await loadSource(folder, options)
    expect(later).toMatchObject({ stackName: "Other", ...options })
  })

  test("skips the stacks without resources", async () => {
    await write({ ...assembly, "assembly-Later/Other.template.json": { Description: "nothing yet" } })
    const { webSocketApis, tables } = await loadDefinition(folder)
    expect([webSocketApis.length, tables.length]).toEqual([1, 0])
  })

  test("gives an output that two stacks share the name of its stack", async () => {
    const bucket = { Type: "AWS::S3::Bucket", Properties: { BucketName: "other" } }
    const Outputs = { Id: { Value: "second" }, Other: { Value: "third" } }
    await write({ ...assembly, "assembly-Later/Other.template.json": { Resources: { B: bucket }, Outputs } })
    expect((await loadDefinition(folder)).outputs).toEqual({
      "the-app.Id": "deep",
      "Other.Id": "second",
      Other: "third",
    })
  })

  test("skips the nested stack whose template is not on this machine", async () => {
    const { "child.nested.template.json": _, ...rest } = assembly
    const Outputs = {}
    await write({ ...rest, "App.template.json": { ...assembly["App.template.json"], Outputs } })
    expect((await loadDefinition(folder)).buckets).toEqual([])
  })

  test("of CDK 1 has its assets in the metadata of the stack", async () => {
    const parameter = { Type: "String" }
    const key = (index: number) => ({ "Fn::Select": [index, { "Fn::Split": ["||", { Ref: "Key" }] }] })
    const Code = { S3Bucket: { Ref: "Bucket" }, S3Key: { "Fn::Join": ["", [key(0), key(1)]] } }
    const asset = {
      path: "asset.abc",
      id: "abc",
      packaging: "zip",
      sourceHash: "abc",
      s3BucketParameter: "Bucket",
      s3KeyParameter: "Key",
      artifactHashParameter: "Hash",
    }
    await write({
      "manifest.json": {
        artifacts: {
          App: {
            type: "aws:cloudformation:stack",
            properties: { templateFile: "App.template.json" },
            metadata: { "/App/Handler": [{ type: "aws:cdk:asset", data: asset }] },
          },
        },
      },
      "App.template.json": {
        Parameters: { Bucket: parameter, Key: parameter, Hash: parameter },
        Resources: { Api: api, Handler: { ...code, Properties: { ...code.Properties, Code } } },
      },
    })
    const { functions } = await loadDefinition(folder)
    expect(functions).toMatchObject([{ code: { form: "folder", path: join(folder, "asset.abc") } }])
  })
})

test("the option stack selects one stack of the source with its nested stacks", async () => {
  await write(assembly)
  const { buckets, tables } = await loadDefinition(folder, { stack: "the-app" })
  expect([buckets.length, tables.length]).toEqual([1, 0])
  await expect(loadDefinition(folder, { stack: "nope" })).rejects.toThrowError(
    expect.objectContaining({ code: "BAD_OPTION", hint: "Stacks: the-app, Other." }),
  )
})

describe("a template file", () => {
  test("gives its stack the name of the file, or of the folder", async () => {
    await write({
      "my chat.json": { Resources: { Api: api } },
      "app/template.yaml": JSON.stringify({ Resources: { Api: api } }),
    })
    expect(await loadSource(join(folder, "my chat.json"))).toMatchObject([{ stackName: "my-chat" }])
    expect(await loadSource(join(folder, "app"))).toMatchObject([{ stackName: "app" }])
  })

  test.each(["template.yaml", "template.yml", "template.json"])("%s is found in its folder", async (name) => {
    await write({ [`app/${name}`]: { Resources: { Api: api } } })
    expect(await loadSource(join(folder, "app"))).toMatchObject([
      { stackName: "app", region: "us-east-1", accountId: "000000000000", folder: join(folder, "app") },
    ])
  })

  test("has the region and account of the options", async () => {
    await write({ "chat.template.json": { Resources: { Api: api } } })
    const options = { region: "eu-west-1", accountId: "123456789012" }
    expect(await loadSource(join(folder, "chat.template.json"), options)).toMatchObject([
      { stackName: "chat", ...options },
    ])
  })

  test("may start with a byte order mark", async () => {
    await write({ "t.json": `\uFEFF${JSON.stringify({ Resources: { Api: api } })}` })
    expect((await loadDefinition(join(folder, "t.json"))).webSocketApis).toHaveLength(1)
  })

  test("finds packaged code next to it, as the Serverless Framework writes it", async () => {
    const Code = { S3Bucket: "deployments", S3Key: "serverless/chat/dev/1700000000000/chat.zip" }
    const handler = { ...code, Properties: { ...code.Properties, Code } }
    await write({ "update-stack.json": { Resources: { Api: api, Handler: handler } }, "chat.zip": "" })
    const [stack] = await loadSource(join(folder, "update-stack.json"))
    expect([...stack!.assets]).toEqual([["chat.zip", { path: join(folder, "chat.zip"), form: "zip" }]])
    const { functions } = await loadDefinition(join(folder, "update-stack.json"))
    expect(functions).toMatchObject([{ code: { form: "zip", path: join(folder, "chat.zip") } }])
  })

  test("takes the parameters of the options before the defaults", async () => {
    const Parameters = { Stage: { Type: "String", Default: "dev" } }
    await write({ "t.json": { Parameters, Resources: { Api: api }, Outputs: { Stage: { Value: { Ref: "Stage" } } } } })
    const outputs = async (parameters: Record<string, string>) =>
      (await loadDefinition(join(folder, "t.json"), { parameters })).outputs
    expect(await outputs({})).toEqual({ Stage: "dev" })
    expect(await outputs({ Stage: "prod" })).toEqual({ Stage: "prod" })
  })
})

describe("a SAM template", () => {
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

  test("yields the resources that SAM generates", async () => {
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
      "arn:aws:iam::aws:policy/service-role/AWSLambdaSQSQueueExecutionRole",
    ])
    expect(definition.roles[0]!.policies).toHaveLength(2)
    expect(definition.rules).toMatchObject([{ scheduleExpression: "rate(1 day)" }])
    expect(definition.notices).toEqual([])
  })
})

describe("a source is rejected with one sentence and a hint when it", () => {
  test.each<[string, Record<string, unknown>, string, string, RegExp]>([
    ["does not exist", {}, "nowhere", "FILE_NOT_FOUND", /nowhere does not exist/],
    ["is an empty folder", { "x/readme": "" }, "x", "TEMPLATE_UNREADABLE", /is not a cloud assembly/],
    ["is an empty file", { "t.json": " " }, "t.json", "TEMPLATE_UNREADABLE", /is empty/],
    ["is a broken manifest", { "manifest.json": "{" }, ".", "TEMPLATE_UNREADABLE", /manifest.json is not JSON/],
    [
      "is the manifest of another program",
      { "manifest.json": "{}" },
      ".",
      "TEMPLATE_UNREADABLE",
      /is not the manifest of a cloud assembly: no artifacts/,
    ],
    [
      "has no API",
      { "t.json": { Resources: { T: { Type: "AWS::KinesisFirehose::DeliveryStream" } } } },
      "t.json",
      "TEMPLATE_INVALID",
      /defines no API/,
    ],
  ])("%s", async (_, files, source, code, message) => {
    await write(files)
    await expect(loadDefinition(join(folder, source))).rejects.toThrowError(
      expect.objectContaining({ code, message: expect.stringMatching(message), hint: expect.stringMatching(/\.$/) }),
    )
  })
})
