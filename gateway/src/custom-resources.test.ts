// Custom resources of a whole gateway: their functions run here and respond to the address in their event.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { expect, onTestFinished, test } from "vitest"
import { type Changes, chatResources } from "./cloudformation/testing/chat-template.ts"
import { GatewayError } from "./foundation/errors.ts"
import { startGateway } from "./gateway.ts"
import type { GatewayOptions } from "./gateway-options.ts"
import type { GatewayEvent } from "./observe/gateway-event.ts"

type Request = Record<string, unknown> & { RequestType: string; ResourceProperties: Record<string, unknown> }

/** A function that logs each event as one line, and responds with `respond`, an expression of `event`. */
function provider(respond: string, more: Record<string, unknown> = {}) {
  const code = `const https = require("node:https")
exports.handler = async (event) => {
  console.log("EVENT " + JSON.stringify(event))
  const response = ${respond}
  if (response === undefined) return
  const { StackId, RequestId, LogicalResourceId } = event
  const body = JSON.stringify({ Status: "SUCCESS", PhysicalResourceId: "p-1", StackId, RequestId, LogicalResourceId, ...response })
  await new Promise((resolve, reject) => {
    https.request(event.ResponseURL, { method: "PUT", headers: { "content-length": Buffer.byteLength(body) } }, resolve)
      .on("error", reject).end(body)
  })
}`
  return lambdaFunction({ Code: { ZipFile: code }, ...more })
}

function lambdaFunction(properties: Record<string, unknown>) {
  return {
    Type: "AWS::Lambda::Function",
    Properties: {
      Runtime: "nodejs22.x",
      Handler: "index.handler",
      Role: { "Fn::GetAtt": ["Role", "Arn"] },
      ...properties,
    },
  }
}

function custom(properties: Record<string, unknown> = {}, more: Record<string, unknown> = {}) {
  return {
    Type: "Custom::Seed",
    Properties: { ServiceToken: { "Fn::GetAtt": ["Provider", "Arn"] }, ...properties },
    ...more,
  }
}

const outputs = {
  Ref: { Value: { Ref: "Seed" } },
  Key: { Value: { "Fn::GetAtt": ["Seed", "Key"] } },
}

function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "custom-resources-"))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  return folder
}

function write(changes: Changes, Outputs: Record<string, unknown> = outputs, file?: string): string {
  const path = file ?? join(temporaryFolder(), "template.json")
  writeFileSync(path, JSON.stringify({ Resources: chatResources(changes), Outputs }))
  return path
}

async function start(source: string, options: Partial<GatewayOptions> = {}) {
  const events: GatewayEvent[] = []
  const gateway = await startGateway({ source, onEvent: (event) => events.push(event), ...options })
  onTestFinished(() => gateway.close())
  const lines = () => events.flatMap((event) => (event.event === "log" ? [event.message] : []))
  const requests = () =>
    lines().flatMap((line) =>
      line.includes("EVENT ") ? [JSON.parse(line.slice(line.indexOf("EVENT ") + 6)) as Request] : [],
    )
  const problems = () => events.flatMap((event) => (event.event === "problem" ? [event.message] : []))
  return { gateway, requests, problems, lines }
}

async function failure(source: string, options: Partial<GatewayOptions> = {}): Promise<GatewayError> {
  const error = await startGateway({ source, ...options }).catch((reason: unknown) => reason)
  expect(error).toBeInstanceOf(GatewayError)
  return error as GatewayError
}

test("is created once at the start, with the fields that CloudFormation sends", async () => {
  const { gateway, requests } = await start(
    write({
      Provider: provider(`{ Data: { Key: "k-1" } }`),
      Seed: custom({ Count: 3, Deep: { On: true, List: [1, "b"] } }),
    }),
  )
  expect(gateway.outputs()).toEqual({ Ref: "p-1", Key: "k-1" })
  expect(requests()).toEqual([
    {
      RequestType: "Create",
      ServiceToken: expect.stringMatching(/^arn:aws:lambda:us-east-1:000000000000:function:/),
      ResponseURL: expect.stringMatching(
        /^https:\/\/cloudformation-custom-resource-response-useast1\.s3-us-east-1\.amazonaws\.com\/arn%3Aaws%3Acloudformation/,
      ),
      StackId: expect.stringMatching(/^arn:aws:cloudformation:us-east-1:000000000000:stack\//),
      RequestId: expect.stringMatching(/^[0-9a-f-]{36}$/),
      LogicalResourceId: "Seed",
      ResourceType: "Custom::Seed",
      ResourceProperties: {
        ServiceToken: requests()[0]?.ServiceToken,
        Count: "3",
        Deep: { On: "true", List: ["1", "b"] },
      },
    },
  ])
})

test("resources that refer to it are created after it, and with its values", async () => {
  const { gateway, requests } = await start(
    write(
      {
        Provider: provider(
          `{ Data: { Key: event.LogicalResourceId + "-key" }, PhysicalResourceId: "of-" + event.LogicalResourceId }`,
        ),
        Seed: custom(),
        Second: custom({ From: { "Fn::GetAtt": ["Seed", "Key"] } }),
        Third: custom({}, { DependsOn: "Later" }),
        Later: { Type: "AWS::SQS::Queue", Properties: { QueueName: { "Fn::Sub": `\${Second}-queue` } } },
        Function: { Environment: { Variables: { SEED: { Ref: "Third" } } } },
      },
      { ...outputs, Queue: { Value: { "Fn::GetAtt": ["Later", "QueueName"] } } },
    ),
  )
  expect(requests().map(({ LogicalResourceId }) => LogicalResourceId)).toEqual(["Seed", "Second", "Third"])
  expect(requests()[1]?.ResourceProperties.From).toBe("Seed-key")
  expect(gateway.outputs()).toEqual({ Ref: "of-Seed", Key: "Seed-key", Queue: "of-Second-queue" })
  expect(gateway.functions()).toHaveLength(2)
})

test("its function uses the tables of the template", async () => {
  const code = `const { DynamoDBClient, PutItemCommand, ScanCommand } = require("@aws-sdk/client-dynamodb")
const response = require("cfn-response")
exports.handler = async (event, context) => {
  const client = new DynamoDBClient()
  await client.send(new PutItemCommand({ TableName: event.ResourceProperties.Table, Item: { id: { S: "seeded" } } }))
  const { Items } = await client.send(new ScanCommand({ TableName: event.ResourceProperties.Table }))
  await response.send(event, context, response.SUCCESS, { Key: Items[0].id.S })
}`
  const { gateway } = await start(
    write({
      Provider: lambdaFunction({ Code: { ZipFile: code }, Timeout: 30 }),
      Seed: custom({ Table: { Ref: "Table" } }),
      Table: {
        Type: "AWS::DynamoDB::Table",
        Properties: {
          BillingMode: "PAY_PER_REQUEST",
          AttributeDefinitions: [{ AttributeName: "id", AttributeType: "S" }],
          KeySchema: [{ AttributeName: "id", KeyType: "HASH" }],
        },
      },
    }),
    { iam: "off" },
  )
  expect(gateway.outputs().Key).toBe("seeded")
  expect(gateway.outputs().Ref).toMatch(/^\d{4}\/\d\d\/\d\d\/\[\$LATEST\]/)
})

test("a function of Python responds with cfnresponse", async () => {
  const code = `import cfnresponse
def handler(event, context):
    cfnresponse.send(event, context, cfnresponse.SUCCESS, {"Key": "from Python"}, "p-2")
`
  const { gateway } = await start(
    write({ Provider: lambdaFunction({ Runtime: "python3.12", Code: { ZipFile: code } }), Seed: custom() }),
  )
  expect(gateway.outputs()).toEqual({ Ref: "p-2", Key: "from Python" })
})

// custom-resource-response.test.ts has every response.
test.each([
  ["FAILED", `{ Status: "FAILED", Reason: "no licence." }`, "no licence."],
  ["a long response", `{ Data: { Key: "x".repeat(5000) } }`, /its response has 5\d\d\d bytes, and 4096 are allowed\.$/],
  ["an error", `(() => { throw new Error("broken") })()`, "its function failed: broken."],
  ["no response", "undefined", "no response was received within 1 seconds (ServiceTimeout)."],
])("%s ends the start with one sentence", async (_, respond, reason) => {
  const error = await failure(write({ Provider: provider(respond), Seed: custom({ ServiceTimeout: 1 }) }))
  expect(error.code).toBe("CUSTOM_RESOURCE_FAILED")
  expect(error.message).toMatch(/^The custom resource Seed \(Custom::Seed\) was not created: /)
  if (typeof reason === "string") expect(error.message.endsWith(`created: ${reason}`)).toBe(true)
  else expect(error.message).toMatch(reason)
})

test("an attribute that its function did not respond with ends the start", async () => {
  const error = await failure(write({ Provider: provider("{ Data: {} }"), Seed: custom() }))
  expect(error.message).toContain(
    "Seed: CustomResource attribute error: Vendor response doesn't contain Key attribute.",
  )
})

test("a reload updates it only when its properties have changed, and deletes what an update replaced", async () => {
  const respond = `{ PhysicalResourceId: "p-" + event.ResourceProperties.Version, Data: { Key: "k-" + event.ResourceProperties.Version } }`
  const changes = (Version: string): Changes => ({ Provider: provider(respond), Seed: custom({ Version }) })
  const file = write(changes("1"))
  const { gateway, requests } = await start(file)
  await gateway.reload()
  expect(requests()).toHaveLength(1)
  write(changes("2"), outputs, file)
  await gateway.reload()
  expect(gateway.outputs()).toEqual({ Ref: "p-2", Key: "k-2" })
  expect(requests().slice(1)).toMatchObject([
    {
      RequestType: "Update",
      PhysicalResourceId: "p-1",
      ResourceProperties: { Version: "2" },
      OldResourceProperties: { Version: "1" },
    },
    { RequestType: "Delete", PhysicalResourceId: "p-1", ResourceProperties: { Version: "1" } },
  ])
})

test("a reload that fails leaves what was served before", async () => {
  const changes = (Version: string): Changes => ({
    Provider: provider(
      `event.ResourceProperties.Version === "2" ? { Status: "FAILED", Reason: "no" } : { Data: { Key: "k" } }`,
    ),
    Seed: custom({ Version }),
    ...(Version === "2" && { Function: { Environment: { Variables: { NEW: "1" } } } }),
  })
  const file = write(changes("1"))
  const { gateway, requests } = await start(file)
  write(changes("2"), outputs, file)
  await expect(gateway.reload()).rejects.toThrow("The custom resource Seed (Custom::Seed) was not updated: no.")
  expect(gateway.outputs()).toEqual({ Ref: "p-1", Key: "k" })
  write(changes("1"), outputs, file)
  await gateway.reload()
  expect(requests().map(({ RequestType }) => RequestType)).toEqual(["Create", "Update"])
})

test("with --data it is not created again by the next run", async () => {
  const dataDir = join(temporaryFolder(), "data")
  const source = write({ Provider: provider(`{ Data: { Key: String(Math.random()) } }`), Seed: custom() })
  const first = await start(source, { dataDir })
  const { Key } = first.gateway.outputs()
  await first.gateway.close()
  const second = await start(source, { dataDir })
  expect(second.gateway.outputs().Key).toBe(Key)
  expect(second.requests()).toEqual([])
})

test("one that is removed, and the close, send nothing to its function", async () => {
  const provided = provider(`{ Data: { Key: "k" } }`)
  const file = write({ Provider: provided, Seed: custom() })
  const { gateway, requests } = await start(file)
  write({ Provider: provided }, { Ref: { Value: "gone" } }, file)
  await gateway.reload()
  await gateway.close()
  expect(requests().map(({ RequestType }) => RequestType)).toEqual(["Create"])
})

test.each([
  ["a topic", "arn:aws:sns:us-east-1:000000000000:t", "Requests of custom resources are not sent to topics"],
  [
    "a function elsewhere",
    "arn:aws:lambda:us-east-1:1:function:f",
    "Its ServiceToken is not a function of this template",
  ],
])("one whose ServiceToken is %s is reported, and its attributes are placeholders", async (_, ServiceToken, reason) => {
  const { gateway, problems } = await start(write({ Seed: custom({ ServiceToken }) }))
  expect(problems()).toContainEqual(
    `Not served locally: Seed (Custom::Seed): ${reason}, so it is not created and its attributes are placeholders.`,
  )
  expect(gateway.outputs().Key).toMatch(/-Key$/)
})

test("one whose function calls a service that is not served is reported, and its attributes are placeholders", async () => {
  const respond = `await new Promise((resolve) => https.get("https://ec2.us-east-1.amazonaws.com/").on("error", ({ message }) =>
    resolve({ Status: "FAILED", Reason: message })))`
  const { gateway, problems } = await start(write({ Provider: provider(respond), Seed: custom() }))
  expect(problems().join()).toContain("It is not created, because ec2.us-east-1.amazonaws.com is not served locally")
  expect(gateway.outputs().Key).toMatch(/-Key$/)
})

test("none is created when they are skipped", async () => {
  const source = write({ Provider: provider(`{ Status: "FAILED" }`), Seed: custom() })
  const { gateway, requests } = await start(source, { customResources: "skip" })
  expect(requests()).toEqual([])
  expect(gateway.outputs().Key).toMatch(/-Key$/)
})

test("those that depend on each other are rejected", async () => {
  const error = await failure(
    write({
      Provider: provider("{}"),
      Seed: custom({}, { DependsOn: "Second" }),
      Second: custom({}, { DependsOn: "Seed" }),
    }),
  )
  expect(error.message).toBe("Circular dependency between resources: [Seed, Second].")
})
