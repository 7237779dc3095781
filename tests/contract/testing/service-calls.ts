// Handlers that call services through the AWS SDK, and the resources around them.
import type { GatewayEvent, GatewayOptions } from "@document-insight/gateway"
import { openSocket } from "../../testing/open-socket.ts"
import { type LocalGateway, shareLocal, startLocal } from "../../testing/start-local.ts"
import type { TestApi } from "../../testing/template.ts"

/** Sends a command of an SDK client, and responds with its result or its error. */
const run = `
const load = {
  dynamodb: async () => { const sdk = await import("@aws-sdk/client-dynamodb"); return [sdk, new sdk.DynamoDBClient()] },
  "dynamodb-streams": async () => { const sdk = await import("@aws-sdk/client-dynamodb-streams"); return [sdk, new sdk.DynamoDBStreamsClient()] },
  events: async () => { const sdk = await import("@aws-sdk/client-eventbridge"); return [sdk, new sdk.EventBridgeClient()] },
  kinesis: async ({ endpoint }) => { const sdk = await import("@aws-sdk/client-kinesis"); return [sdk, new sdk.KinesisClient({ endpoint, maxAttempts: 1 })] },
  lambda: async () => { const sdk = await import("@aws-sdk/client-lambda"); return [sdk, new sdk.LambdaClient({ maxAttempts: 1 })] },
  secretsmanager: async () => { const sdk = await import("@aws-sdk/client-secrets-manager"); return [sdk, new sdk.SecretsManagerClient()] },
  sfn: async () => { const sdk = await import("@aws-sdk/client-sfn"); return [sdk, new sdk.SFNClient()] },
  sns: async () => { const sdk = await import("@aws-sdk/client-sns"); return [sdk, new sdk.SNSClient()] },
  ssm: async () => { const sdk = await import("@aws-sdk/client-ssm"); return [sdk, new sdk.SSMClient()] },
}
/** The bytes of a result as texts. */
function textOfBytes(key, value) {
  return this[key] instanceof Uint8Array ? Buffer.from(this[key]).toString() : value
}
export const handler = async ({ body }) => {
  const { service, command, input: { endpoint, ...input }, payloadBytes } = JSON.parse(body)
  if (payloadBytes && service === "kinesis") input.Data = "x".repeat(payloadBytes)
  if (service === "kinesis") for (const one of [input, ...(input.Records ?? [])]) if (one.Data !== undefined) one.Data = Buffer.from(one.Data)
  if (service === "kinesis" && input.Timestamp !== undefined) input.Timestamp = new Date(input.Timestamp)
  if (payloadBytes && service === "lambda") input.Payload = JSON.stringify("x".repeat(payloadBytes))
  if (payloadBytes && service === "dynamodb") for (const { Put } of input.TransactItems) Put.Item.text = { S: "x".repeat(payloadBytes) }
  if (payloadBytes && service === "sns") input.Message = "x".repeat(payloadBytes)
  if (service === "concurrent") {
    const [sdk, client] = await load.dynamodb()
    const sent = Array.from({ length: input.count }, () => client.send(new sdk[command + "Command"](input.input)))
    const results = await Promise.all(sent)
    const responses = results.flatMap(({ Responses }) => (Responses ? [{ Responses }] : []))
    return { statusCode: 200, body: JSON.stringify({ done: results.length, ...(responses.length && { results: responses }) }) }
  }
  if (service === "kinesis counts") {
    const [sdk, client] = await load.kinesis({})
    const { Records, NextShardIterator } = await client.send(new sdk.GetRecordsCommand(input))
    return { statusCode: 200, body: JSON.stringify({ count: Records.length, next: NextShardIterator }) }
  }
  if (service === "sizes") {
    const [sdk, client] = await load["dynamodb-streams"]()
    const { Records, NextShardIterator } = await client.send(new sdk.GetRecordsCommand(input))
    const names = Records.map(({ dynamodb }) => dynamodb.Keys.at.S)
    return { statusCode: 200, body: JSON.stringify({ names, NextShardIterator }) }
  }
  try {
    const [sdk, client] = await load[service]({ endpoint })
    const { Payload, $metadata, ...result } = await client.send(new sdk[command + "Command"](input))
    const payload = Payload?.transformToString()
    return { statusCode: 200, body: JSON.stringify({ ...result, status: $metadata.httpStatusCode, payload }, textOfBytes) }
  } catch ({ name, message, CancellationReasons: reasons, Item: item, $metadata }) {
    return { statusCode: 200, body: JSON.stringify({ error: name, message, reasons, item, status: $metadata?.httpStatusCode }) }
  }
}`

export type Result = Record<string, unknown> & { error?: string; message?: string; status?: number; payload?: string }
export type Denied = GatewayEvent & { event: "denied" }

type Resources = Omit<TestApi, "routes">

/** A gateway with a handler that calls services, and what sends it the calls. */
export function startCalling(api: Resources, options: Partial<GatewayOptions> = {}, routes: TestApi["routes"] = {}) {
  return callOn((served) => startLocal(served, options), api, routes)
}

/** The same with one gateway for all tests of a file: see `shareLocal`. */
export function shareCalling(options: Partial<GatewayOptions> = {}) {
  const start = shareLocal(options)
  return (api: Resources, routes: TestApi["routes"] = {}) => callOn(start, api, routes)
}

async function callOn(start: (api: TestApi) => Promise<LocalGateway>, api: Resources, routes: TestApi["routes"]) {
  const withRun = (changed: Resources) => ({
    ...changed,
    routes: { ...routes, run: { code: run, twoWay: true } },
  })
  const local = await start(withRun(api))
  const socket = await openSocket(local.url)
  const send = async (service: string, command: string, input: object, payloadBytes = 0): Promise<Result> => {
    socket.send({ action: "run", service, command, input, payloadBytes })
    return socket.nextJson()
  }
  /** Serves other resources. */
  const reload = async (changed: Resources) => {
    local.rewrite(withRun(changed))
    await local.gateway.reload()
  }
  return { local, send, reload }
}

export function deniedBy({ events }: LocalGateway): Denied[] {
  return events.filter((event): event is Denied => event.event === "denied")
}

/** The statement of the first fix, ready for the policies of the role. */
export function suggestedStatement(local: LocalGateway): Record<string, unknown> {
  return JSON.parse(deniedBy(local)[0]?.cure.replace("Add to the policies of Role: ", "") ?? "")
}

export const functionResource = (name: string, code: string, properties: Record<string, unknown> = {}) => ({
  Type: "AWS::Lambda::Function",
  Properties: {
    FunctionName: name,
    Runtime: "nodejs24.x",
    Handler: "index.handler",
    Role: { "Fn::GetAtt": ["Role", "Arn"] },
    Code: { ZipFile: code },
    ...properties,
  },
})

export const allow = (Action: string, Resource: unknown = "*") => ({ Effect: "Allow", Action, Resource })

/** Resolves with the first line of the output of functions that contains the text. */
export async function lineWith({ events, untilEvent }: LocalGateway, text: string): Promise<string> {
  const matches = (event: GatewayEvent) =>
    event.event === "log" && event.kind === "stdout" && event.message.includes(text)
  await untilEvent(matches)
  const found = events.find(matches)
  return found?.event === "log" ? found.message : ""
}

/** The same for a line of `logging`: the event. */
export async function eventWith(local: LocalGateway, text: string): Promise<Record<string, unknown>> {
  const line = await lineWith(local, text)
  return JSON.parse(line.slice(line.indexOf("{")))
}

/** A handler that logs its event. */
export const logging = "export const handler = async (event) => console.log(JSON.stringify(event))"

/** Lets a service invoke the function for a source. */
export const invokedBy = (service: string, FunctionName: string, SourceArn: unknown) => ({
  Type: "AWS::Lambda::Permission",
  Properties: { Action: "lambda:InvokeFunction", FunctionName: { Ref: FunctionName }, Principal: service, SourceArn },
})

const serviceStatement = (service: string, Action: string) => ({
  Statement: [{ Effect: "Allow", Principal: { Service: service }, Action, Resource: "*" }],
})

/** Lets a service send to the queues. */
export const queuePolicy = (service: string, ...queues: string[]) => ({
  Type: "AWS::SQS::QueuePolicy",
  Properties: {
    Queues: queues.map((Ref) => ({ Ref })),
    PolicyDocument: serviceStatement(service, "sqs:SendMessage"),
  },
})

/** Lets a service publish to the topic. */
export const topicPolicy = (service: string, Ref: string) => ({
  Type: "AWS::SNS::TopicPolicy",
  Properties: { Topics: [{ Ref }], PolicyDocument: serviceStatement(service, "sns:Publish") },
})

/** Reads the next message of a queue, as a client of the gateway does. */
export async function nextMessage({ gateway }: LocalGateway, queueName: string) {
  const { SQSClient, ReceiveMessageCommand } = await import("@aws-sdk/client-sqs")
  const { credentials, endpoints } = gateway
  const client = new SQSClient({ region: "us-east-1", credentials, endpoint: endpoints.sqs ?? "" })
  const QueueUrl = `${endpoints.sqs}/000000000000/${queueName}`
  const input = { QueueUrl, WaitTimeSeconds: 20, MessageAttributeNames: ["All"], VisibilityTimeout: 600 }
  try {
    for (;;) {
      const { Messages: [message] = [] } = await client.send(new ReceiveMessageCommand(input))
      if (message) return { body: message.Body ?? "", attributes: message.MessageAttributes }
    }
  } finally {
    client.destroy()
  }
}

export async function putObject({ gateway }: LocalGateway, Bucket: string, Key: string): Promise<void> {
  const { S3Client, PutObjectCommand } = await import("@aws-sdk/client-s3")
  const { credentials, endpoints } = gateway
  const client = new S3Client({ region: "us-east-1", credentials, endpoint: endpoints.s3 ?? "", forcePathStyle: true })
  await client.send(new PutObjectCommand({ Bucket, Key, Body: "text" }))
  client.destroy()
}

/** Empties tables whose key is `id`. */
export async function deleteItems({ gateway }: LocalGateway, tables: readonly string[]): Promise<void> {
  const { DynamoDBClient, DeleteItemCommand, ScanCommand } = await import("@aws-sdk/client-dynamodb")
  const { credentials, endpoints } = gateway
  const client = new DynamoDBClient({ region: "us-east-1", credentials, endpoint: endpoints.dynamodb ?? "" })
  try {
    for (const TableName of tables) {
      const { Items = [] } = await client.send(new ScanCommand({ TableName }))
      for (const { id = { S: "" } } of Items) await client.send(new DeleteItemCommand({ TableName, Key: { id } }))
    }
  } finally {
    client.destroy()
  }
}
