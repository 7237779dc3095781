// Every alarm of the monitoring stack, against the failure that should raise it: the failure is caused in the local
// system, and the alarm's metric has to come out of it. One system is broken by a reload for each failure.
import { readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { GetQueueAttributesCommand, SendMessageCommand, SQSClient } from "@aws-sdk/client-sqs"
import { createDocumentsClient } from "@document-insight/client"
import { type Gateway, type GatewayEvent, startGateway } from "@document-insight/gateway"
import { isFinal } from "@document-insight/protocol"
import { afterAll, beforeAll, expect, test, vi } from "vitest"
import { copyAssembly } from "../testing/copy-assembly.ts"

const prefix = "document-insight-dev-"
let assembly: string
let system: System & { close(): Promise<void> }
beforeAll(async () => {
  assembly = await copyAssembly()
  system = await startSystem()
})
afterAll(async () => {
  await system.close()
  rmSync(assembly, { recursive: true })
})

type Properties = Record<string, unknown>
type Resource = { Type: string; Properties: Properties }
type Metric = { Namespace: string; MetricName: string; Dimensions?: { Name: string; Value: unknown }[] }
type AlarmProperties = Partial<Metric> & {
  AlarmName: string
  Threshold: number
  Metrics?: { Id: string; Expression?: string; MetricStat?: { Metric: Metric } }[]
}

// Each look at the alarms reads the queues of all of them.
const often = { interval: 200, timeout: 90_000 }

type Failure = {
  name: string
  /** What is broken in the templates before they are served. */
  breakTemplates?: (resource: Resource) => void
  cause: (running: System) => Promise<unknown>
  /** Names of alarms; `*` stands for any text. */
  raises: string[]
}

const named = ({ Properties }: Resource, name: string) =>
  [Properties.FunctionName, Properties.QueueName].includes(`${prefix}${name}`)
const fails = (name: string) => (resource: Resource) => {
  if (named(resource, name)) throwAlways(resource)
}
function throwAlways({ Properties }: Resource): void {
  Properties.Code = { ZipFile: 'exports.handler = async () => { throw new Error("broken") }' }
}
const isThrottled = (name: string) => (resource: Resource) => {
  if (named(resource, name)) resource.Properties.ReservedConcurrentExecutions = 0
}

const failures: Failure[] = [
  {
    name: "the connection handler fails",
    breakTemplates: fails("connection-handler"),
    cause: ({ connect }) => connect(),
    raises: ["connection-handler-errors", "websocket-integration-errors"],
  },
  {
    name: "the connection handler is throttled",
    breakTemplates: isThrottled("connection-handler"),
    cause: ({ connect }) => connect(),
    raises: ["websocket-execution-errors"],
  },
  {
    name: "the API's role may not invoke the connection handler",
    breakTemplates(resource) {
      const statements = (resource.Properties.PolicyDocument as { Statement?: { Action: unknown }[] })?.Statement ?? []
      for (const statement of statements) {
        if (statement.Action === "lambda:InvokeFunction") statement.Action = "lambda:GetFunction"
      }
    },
    cause: ({ connect }) => connect(),
    raises: ["websocket-execution-errors"],
  },
  {
    name: "clients exceed the throttle of the stage",
    breakTemplates(resource) {
      const settings = resource.Properties.DefaultRouteSettings as Properties | undefined
      if (settings?.LoggingLevel) Object.assign(settings, { ThrottlingRateLimit: 0.001, ThrottlingBurstLimit: 1 })
    },
    cause: ({ connect }) => Promise.all([connect(), connect(), connect()]),
    raises: ["websocket-client-error-rate"],
  },
  {
    name: "the documents API fails",
    breakTemplates: fails("documents-api"),
    cause: ({ readDocument }) => readDocument(),
    raises: ["documents-api-errors", "http-server-errors"],
  },
  {
    name: "the documents API is throttled",
    breakTemplates: isThrottled("documents-api"),
    cause: ({ readDocument }) => readDocument(),
    raises: ["http-server-errors"],
  },
  {
    name: "the function of the thumbnails fails",
    breakTemplates: fails("page-thumbnails"),
    cause: ({ readThumbnail }) => readThumbnail(),
    raises: ["page-thumbnails-errors", "http-server-errors"],
  },
  {
    name: "five documents cannot be read",
    async cause({ upload, untilEnded }) {
      // One after the other, in one process.
      for (let n = 0; n < 5; n++) await untilEnded(await upload("%PDF-1.7 and nothing else"))
    },
    raises: ["documents-failed"],
  },
  {
    name: "the progress notifier fails",
    breakTemplates(resource) {
      fails("progress-notifier")(resource)
      if (!named(resource, "pushes")) return
      const { RedrivePolicy } = resource.Properties
      Object.assign(resource.Properties, { VisibilityTimeout: 1 })
      Object.assign(RedrivePolicy as Properties, { maxReceiveCount: 1 })
    },
    cause: ({ push }) => push("anything"),
    raises: ["progress-notifier-errors", "pushes-dead-letter"],
  },
  // The last one, because its messages stay in the queues.
  {
    name: "the functions that end documents fail",
    breakTemplates(resource) {
      const { FunctionName, RedrivePolicy } = resource.Properties
      if (String(FunctionName).startsWith(`${prefix}document-`)) throwAlways(resource)
      if (resource.Type === "AWS::SQS::Queue") Object.assign(resource.Properties, { VisibilityTimeout: 1 })
      if (named(resource, "uploads")) Object.assign(RedrivePolicy as Properties, { maxReceiveCount: 1 })
    },
    cause: ({ upload }) => upload("some text"),
    raises: ["document-*-errors", "uploads-dead-letter"],
  },
]

test.each(failures)("when $name: $raises", async ({ breakTemplates, cause, raises }) => {
  await system.restart(breakTemplates)
  expect(await system.raisedAlarms()).toEqual([])
  await cause(system)
  const expected = alarmsOf(assembly)
    .map(nameOf)
    .filter((name) => isNamedBy(name, raises))
  await vi.waitFor(async () => expect(await system.raisedAlarms()).toEqual(expected.toSorted()), often)
})

// Metrics that CloudWatch derives from Lambda and SQS themselves, which nothing in the local system emits.
const notEmittedLocally = ["pushes-waiting", "uploads-waiting"]

test("every alarm is raised by one of these failures, except for metrics that only AWS emits", () => {
  const raised = failures.flatMap(({ raises }) => raises)
  const names = alarmsOf(assembly).map(nameOf)
  const missing = names.filter((name) => !isNamedBy(name, raised) && !name.endsWith("-throttles"))
  expect(missing.toSorted()).toEqual(notEmittedLocally)
})

type System = {
  /** Serves the templates with a failure. Alarms count from then on. */
  restart(breakTemplates: Failure["breakTemplates"]): Promise<void>
  connect(): Promise<void>
  readDocument(): Promise<void>
  readThumbnail(): Promise<void>
  /** @returns the id of the document */
  upload(content: string): Promise<string>
  untilEnded(documentId: string): Promise<void>
  /** Sends to the queue of pushes. */
  push(message: string): Promise<void>
  /** The alarms whose metric, as the local system has emitted it since the restart, is at their threshold. */
  raisedAlarms(): Promise<string[]>
}

async function startSystem(): Promise<System & { close(): Promise<void> }> {
  const source = await copyAssembly()
  const events: GatewayEvent[] = []
  const gateway = await startGateway({ source, onEvent: (event) => events.push(event) })
  const sqs = new SQSClient({ region: "us-east-1", endpoint: gateway.endpoints.sqs!, credentials: gateway.credentials })
  const { WebSocketApiUrl = "", ApiEndpoint = "" } = gateway.outputs()
  const documents = createDocumentsClient({ apiEndpoint: ApiEndpoint })
  const queueUrl = (name: string) => `${gateway.endpoints.sqs}/000000000000/${prefix}${name}`
  const emitted = createMetricReader(gateway, events, { sqs, queueUrl })
  const before = new Map<string, number>()
  const keyOf = (...metric: Parameters<ReadMetric>) => JSON.stringify(metric)
  const sinceRestart: ReadMetric = async (...metric) => (await emitted(...metric)) - (before.get(keyOf(...metric)) ?? 0)
  const note: ReadMetric = async (...metric) => {
    const value = await emitted(...metric)
    before.set(keyOf(...metric), value)
    return value
  }
  return {
    async restart(breakTemplates) {
      writeTemplates(source, breakTemplates)
      await gateway.reload()
      await Promise.all(alarmsOf(source).map((alarm) => metricValue(alarm, note)))
    },
    connect: () =>
      new Promise((resolve) => {
        const socket = new WebSocket(WebSocketApiUrl)
        socket.addEventListener("open", () => socket.close())
        socket.addEventListener("close", () => resolve())
        socket.addEventListener("error", () => resolve())
      }),
    async readDocument() {
      await fetch(`${ApiEndpoint}/documents/unknown`)
    },
    async readThumbnail() {
      await fetch(`${ApiEndpoint}/documents/unknown/pages/1/thumbnail`)
    },
    async upload(content) {
      const body = new TextEncoder().encode(content)
      const isPdf = content.startsWith("%PDF")
      const target = await documents.create({
        fileName: isPdf ? "broken.pdf" : "plain.txt",
        contentType: isPdf ? "application/pdf" : "text/plain",
        sizeBytes: body.length,
      })
      await documents.upload(target, body)
      return target.documentId
    },
    async untilEnded(documentId) {
      const isEnded = async () => isFinal((await documents.get(documentId)).progress)
      await vi.waitFor(async () => expect(await isEnded()).toBe(true), often)
    },
    async push(MessageBody) {
      await sqs.send(new SendMessageCommand({ QueueUrl: queueUrl("pushes"), MessageBody }))
    },
    async raisedAlarms() {
      const values = await Promise.all(
        alarmsOf(source).map(async (alarm) => [alarm, await metricValue(alarm, sinceRestart)] as const),
      )
      const raised = values.filter(([{ Threshold }, value]) => value >= Threshold)
      return raised.map(([alarm]) => nameOf(alarm)).toSorted()
    },
    async close() {
      sqs.destroy()
      await gateway.close()
      rmSync(source, { recursive: true })
    },
  }
}

type ReadMetric = (metric: Metric, alarmName: string) => number | Promise<number>

async function metricValue(alarm: AlarmProperties, read: ReadMetric): Promise<number> {
  const { Metrics, AlarmName } = alarm
  if (!Metrics) return read(alarm as Metric, AlarmName)
  const values: Record<string, number> = {}
  for (const { Id, MetricStat } of Metrics) if (MetricStat) values[Id] = await read(MetricStat.Metric, AlarmName)
  const expression = Metrics.find(({ Expression }) => Expression)?.Expression ?? ""
  // Metric math with + * / and FILL is also JavaScript; 0/0 is a period without data.
  const result = new Function("FILL", ...Object.keys(values), `return ${expression}`)(
    (value: number) => value,
    ...Object.values(values),
  )
  return Number.isNaN(result) ? 0 : result
}

/** Reads a metric from what the local system emits: the gateway's metrics, access logs, function logs and queues. */
function createMetricReader(
  gateway: Gateway,
  events: GatewayEvent[],
  { sqs, queueUrl }: { sqs: SQSClient; queueUrl(name: string): string },
): ReadMetric {
  const { WebSocketApiId: apiId = "" } = gateway.outputs()
  const logs = () => events.flatMap((event) => (event.event === "log" ? [event] : []))
  const json = (text: string) => (text.startsWith("{") ? JSON.parse(text) : {})

  return async ({ Namespace, MetricName, Dimensions = [] }, alarmName) => {
    const dimensions = Object.fromEntries(Dimensions.map(({ Name, Value }) => [Name, Value]))
    if (Namespace === "AWS/ApiGateway" && "Stage" in dimensions) {
      return gateway.metrics.read(MetricName as never, { apiId, stageName: dimensions.Stage as string }).sum
    }
    if (Namespace === "AWS/ApiGateway") {
      expect(MetricName).toBe("5xx")
      const lines = events.flatMap((event) =>
        event.event === "access" && event.apiId !== apiId ? [event.message] : [],
      )
      return lines.filter((line) => json(line).status.startsWith("5")).length
    }
    if (Namespace === "AWS/Lambda" && MetricName === "Errors") {
      const logGroup = `/aws/lambda/${alarmName.replace(/-errors$/, "")}`
      const reports = logs().filter((event) => event.logGroup === logGroup && event.kind === "platform")
      return reports.filter(({ message }) => isFailure(json(message).record)).length
    }
    if (MetricName.startsWith("ApproximateNumberOfMessages")) {
      // Such an alarm has the name of its queue.
      const QueueUrl = queueUrl(alarmName.slice(prefix.length))
      const command = new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ["All"] })
      const { Attributes = {} } = await sqs.send(command)
      const name = MetricName === "ApproximateNumberOfMessagesVisible" ? "ApproximateNumberOfMessages" : MetricName
      return Number(Attributes[name as keyof typeof Attributes])
    }
    if (Namespace.startsWith("AWS/")) return 0
    return logs()
      .map(({ message }) => json(message))
      .filter(({ _aws }) => _aws?.CloudWatchMetrics[0].Namespace === Namespace)
      .filter((line) => Object.entries(dimensions).every(([name, value]) => line[name] === value))
      .reduce(
        (sum, line) => sum + [line[MetricName] ?? 0].flat().reduce((one: number, other: number) => one + other, 0),
        0,
      )
  }
}

/** A report's record: an invocation that threw has an error type, and the status "success" of its environment. */
function isFailure({ status = "success", errorType }: { status?: string; errorType?: string } = {}): boolean {
  return status !== "success" || errorType !== undefined
}

function nameOf({ AlarmName }: AlarmProperties): string {
  return AlarmName.slice(prefix.length)
}

function isNamedBy(name: string, patterns: readonly string[]): boolean {
  return patterns.some((pattern) => new RegExp(`^${pattern.replace("*", ".*")}$`).test(name))
}

function alarmsOf(source: string): AlarmProperties[] {
  const { Resources } = JSON.parse(readFileSync(join(source, `${prefix}monitoring.template.json`), "utf8"))
  return Object.values<Resource>(Resources)
    .filter(({ Type }) => Type === "AWS::CloudWatch::Alarm")
    .map(({ Properties }) => Properties as AlarmProperties)
}

/** Writes the templates as they were synthesized, with the resources changed. */
function writeTemplates(folder: string, change: (resource: Resource) => void = () => {}): void {
  for (const file of readdirSync(assembly).filter((one) => one.endsWith(".template.json"))) {
    const template = JSON.parse(readFileSync(join(assembly, file), "utf8"))
    for (const resource of Object.values<Resource>(template.Resources)) {
      resource.Properties ??= {}
      change(resource)
    }
    writeFileSync(join(folder, file), JSON.stringify(template))
  }
}
