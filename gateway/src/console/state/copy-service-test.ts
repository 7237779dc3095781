// Writes a request to a service as a test: it sends the same operation with the recorded input.
import type { ServiceEntry } from "./entry.ts"
import { inputOf, type ServiceInput } from "./service-input.ts"
import { testFile, testLibrary } from "./test-file.ts"

type Client = {
  library: string
  name: string
  /** Members of inputs that are bytes and times for the SDK, and Base64 and seconds in JSON. */
  bytes?: readonly string[]
  times?: readonly string[]
  /** More options of the client. */
  options?: readonly string[]
}

const clients = new Map<string, Client>([
  ["dynamodb", { library: "client-dynamodb", name: "DynamoDBClient", bytes: ["B", "BS"] }],
  ["events", { library: "client-eventbridge", name: "EventBridgeClient", times: ["Time"] }],
  ["kinesis", { library: "client-kinesis", name: "KinesisClient", bytes: ["Data"], times: ["Timestamp"] }],
  ["secretsmanager", { library: "client-secrets-manager", name: "SecretsManagerClient" }],
  ["sns", { library: "client-sns", name: "SNSClient" }],
  ["sqs", { library: "client-sqs", name: "SQSClient", bytes: ["BinaryValue", "BinaryListValues"] }],
  ["ssm", { library: "client-ssm", name: "SSMClient" }],
  // Synchronous executions have a host of their own on AWS.
  ["states", { library: "client-sfn", name: "SFNClient", options: ["disableHostPrefix: true"] }],
])

/** Their client is another one, and what they read depends on the run. */
const streamOperations = ["DescribeStream", "GetRecords", "GetShardIterator", "ListStreams"]

/** Members of inputs that are valid in one run only. */
const ofOneRun =
  /^(ReceiptHandle|ShardIterator|(Starting)?SequenceNumber|taskToken|executionArn|nextToken|exclusiveStartStreamArn)$/i

/**
 * @param target of the service: the name of its endpoint, and the region that requests are signed for
 * @returns undefined when the input was not kept, and for a response that a test cannot repeat
 */
export function serviceTest(call: ServiceEntry, target: { endpoint: string; region: string }): string | undefined {
  const { service, operation, status, decisions } = call
  const client = clients.get(service)
  const input = inputOf(call)
  if (!client || !input || hasMemberOfOneRun(input)) return undefined
  // The test is the administrator, to whom nothing is denied. A service that fails does so in this run.
  if (status >= 500 || decisions.some(({ allowed }) => !allowed)) return undefined
  if (service === "dynamodb" && streamOperations.includes(operation)) return undefined
  const endpoint = /^\w+$/.test(target.endpoint)
    ? `gateway.endpoints.${target.endpoint}`
    : `gateway.endpoints[${JSON.stringify(target.endpoint)}]`
  const send = `client.send(new ${operation}Command(${inputText(input, client, endpoint)}))`
  const metadata = `{ $metadata: { httpStatusCode: ${status} } }`
  return testFile({
    title: `${operation} responds as recorded`,
    imports: [
      `import { ${client.name}, ${operation}Command } from "@aws-sdk/${client.library}"`,
      `import { startGateway } from "${testLibrary}"`,
    ],
    lines: [
      `const client = new ${client.name}({`,
      `  endpoint: ${endpoint},`,
      `  region: ${JSON.stringify(target.region)},`,
      "  credentials: gateway.credentials,",
      ...(client.options ?? []).map((option) => `  ${option},`),
      "})",
      status < 400
        ? `expect(await ${send}).toMatchObject(${metadata})`
        : `await expect(${send}).rejects.toMatchObject(${metadata})`,
    ],
  })
}

function hasMemberOfOneRun(value: unknown): boolean {
  if (typeof value !== "object" || value === null) return false
  return Object.entries(value).some(([name, member]) => ofOneRun.test(name) || hasMemberOfOneRun(member))
}

/** The URL of a queue has the port of its run. */
function inputText({ QueueUrl, ...input }: ServiceInput, client: Client, endpoint: string): string {
  const text = sourceText(input, "", client)
  if (typeof QueueUrl !== "string") return text
  const queue = `QueueUrl: ${endpoint} + ${JSON.stringify(pathOf(QueueUrl))}`
  return text === "{}" ? `{ ${queue} }` : `{ ${queue}, ${text.slice(2)}`
}

function pathOf(url: string): string {
  return URL.canParse(url) ? new URL(url).pathname : url
}

/** @param name of the member that has the value, or has the list that contains it */
function sourceText(value: unknown, name: string, client: Client): string {
  if (Array.isArray(value)) return `[${value.map((one) => sourceText(one, name, client)).join(", ")}]`
  if (typeof value === "object" && value !== null) {
    const members = Object.entries(value).map(([key, member]) => `${keyText(key)}: ${sourceText(member, key, client)}`)
    return members.length === 0 ? "{}" : `{ ${members.join(", ")} }`
  }
  if (typeof value === "string" && client.bytes?.includes(name)) {
    return `Buffer.from(${JSON.stringify(value)}, "base64")`
  }
  if (typeof value === "number" && client.times?.includes(name)) return `new Date(${value * 1000})`
  return JSON.stringify(value)
}

/** In an object literal, the name `__proto__` would set the prototype. */
function keyText(key: string): string {
  if (key === "__proto__") return '["__proto__"]'
  return /^[A-Za-z_]\w*$/.test(key) ? key : JSON.stringify(key)
}
