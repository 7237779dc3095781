// The assumptions of the scaling model: each has a name, a default, a unit and a source, and is an option of the command.

type Assumption = { value: number; unit: string; from: string }

const quotas = {
  "account-rate": of(
    10_000,
    "requests/s",
    "quota of API Gateway per account and region (docs/aws/throttling.md#account)",
  ),
  "new-connections": of(500, "connections/s", "quota of WebSocket APIs (docs/aws/quotas.md#new-connections)"),
  "lambda-concurrency": of(
    1_000,
    "executions",
    "quota of Lambda; a new account may have 10 (docs/aws/lambda.md#account-concurrency)",
  ),
  "partition-writes": of(1_000, "writes/s", "limit of a DynamoDB partition (docs/aws/storage.md#dynamodb-partition)"),
}

const deployment = {
  "push-percent": of(80, "%", "push_rate_percent of cdk.json"),
  processors: of(3, "executions", "document_processor_max_concurrency of cdk.json"),
  notifiers: of(2, "executions", "progress_notifier_max_concurrency of cdk.json"),
  "processor-mb": of(2_048, "MB", "document_processor_memory_mb of cdk.json"),
  "notifier-mb": of(1_769, "MB", "progress_notifier_memory_mb of cdk.json"),
  "handler-mb": of(512, "MB", "connection_handler_memory_mb of cdk.json"),
}

const speeds = {
  "post-ms": of(20, "ms", "assumed: one POST to @connections"),
  "post-cpu-ms": of(0.15, "ms", "measured here: CPU time of a signed POST; the SDK takes 0.45"),
  "queue-ms": of(30, "ms", "assumed: from a message's send to its invocation"),
  "query-ms": of(40, "ms", "assumed: a page of 1 MB of a DynamoDB query"),
  "send-ms": of(15, "ms", "assumed: SendMessageBatch"),
  "reading-seconds": of(3, "s", "assumed: reading one document"),
  "handler-ms": of(12, "ms", "assumed: an invocation of a route"),
}

const usage = {
  watchers: of(1, "connections", "assumed: watchers per document, on average"),
  pushes: of(20, "messages", "assumed: pushes to each watcher of a document; at most 102"),
  "minutes-open": of(3, "minutes", "assumed: connection time of a watcher per document"),
  "busy-factor": of(5, "times", "assumed: the busiest second compared with the average of a month"),
  "document-kb": of(500, "KB", "assumed: the size of a file, kept for a week"),
  "row-kb": of(3, "KB", "assumed: the size of a document's row with its insights"),
  "log-kb": of(6, "KB", "assumed: logs per document"),
  "empty-receives": of(650_000, "requests", "assumed: a month of idle polling of one queue"),
}

const amnic = "amnic.com/blogs/aws-api-gateway-pricing, second-hand"
const awsForEngineers = "awsforengineers.com, 2025-05-19, second-hand"
const airbyte = "airbyte.com, 2025-07-21, second-hand"
const unconfirmed = "assumed: not confirmed by a source"

/** US East (N. Virginia), without free tiers and volume discounts; looked up on 2026-11-26. */
const prices = {
  "price-messages": of(1, "$ per million", `WebSocket messages: ${awsForEngineers}`),
  "price-minutes": of(0.25, "$ per million", `connection minutes: ${amnic}`),
  "price-http": of(1, "$ per million", `HTTP API requests: ${awsForEngineers}`),
  "price-invocations": of(0.2, "$ per million", "Lambda requests: lambda_local_runner, 2026-05-11, second-hand"),
  "price-gb-seconds": of(13.3334, "$ per million", "Lambda on arm64: lambda_local_runner, 2026-05-11, second-hand"),
  "price-writes": of(0.625, "$ per million", `DynamoDB write units: ${airbyte}`),
  "price-reads": of(0.125, "$ per million", `DynamoDB read units: ${airbyte}`),
  "price-queue": of(0.4, "$ per million", "SQS requests: cloudburn.io, 2026-03-14, second-hand"),
  "price-put": of(5, "$ per million", `S3 PUT requests: ${unconfirmed}`),
  "price-get": of(0.4, "$ per million", `S3 GET requests: ${unconfirmed}`),
  "price-storage": of(0.023, "$ per GB and month", `S3 storage: ${unconfirmed}`),
  "price-logs": of(0.5, "$ per GB", `CloudWatch Logs: ${unconfirmed}`),
  "price-transfer": of(0.09, "$ per GB", `data transfer out: ${awsForEngineers}`),
}

export const assumptions = { ...quotas, ...deployment, ...speeds, ...usage, ...prices }

export type AssumptionName = keyof typeof assumptions
export type Assumptions = Readonly<Record<AssumptionName, number>>

export function defaultAssumptions(): Assumptions {
  const entries = Object.entries(assumptions).map(([name, { value }]) => [name, value])
  return Object.fromEntries(entries) as Assumptions
}

function of(value: number, unit: string, from: string): Assumption {
  return { value, unit, from }
}
