// The samples of CloudWatch's metrics that an event adds.
import type { TransactionRecord } from "../definition/record.ts"
import type { MetricName } from "./metrics.ts"

export type Sample = readonly [name: MetricName, value: number]

// Every message adds the same ones, so they are not created for each.
const oneMessage: Sample = ["MessageCount", 1]
const clientErrors = noneOrOne("ClientError")
const integrationErrors = noneOrOne("IntegrationError")
const executionErrors = noneOrOne("ExecutionError")

/** Of a WebSocket API. */
export function webSocketSamples(record: TransactionRecord): Sample[] {
  const { eventType, blame, routeKey, integrationLatency } = record
  if (eventType === "CONNECTION_API") {
    return record.context.status === 200 && routeKey?.startsWith("POST") ? [oneMessage] : []
  }
  const samples: Sample[] = []
  if (eventType === "CONNECT") samples.push(["ConnectCount", 1])
  if (eventType === "MESSAGE") samples.push(oneMessage)
  if (record.responseFrame !== undefined) samples.push(oneMessage)
  // AWS: one sample of 0 or 1 per operation, so that the average is a rate (metrics-samples)
  samples.push(
    clientErrors[blame === "client" ? 1 : 0],
    integrationErrors[blame === "integration" ? 1 : 0],
    executionErrors[blame === "execution" ? 1 : 0],
  )
  if (integrationLatency !== undefined) samples.push(["IntegrationLatency", integrationLatency])
  return samples
}

function noneOrOne(name: MetricName): readonly [Sample, Sample] {
  return [
    [name, 0],
    [name, 1],
  ]
}

/** Of an HTTP or a REST API, whose metrics have other names. */
export function httpSamples(record: TransactionRecord): readonly (readonly [name: string, value: number])[] {
  const status = Number(record.context.status)
  const latency: [string, number][] =
    record.integrationLatency === undefined ? [] : [["IntegrationLatency", record.integrationLatency]]
  return [["Count", 1], ["4xx", status >= 400 && status < 500 ? 1 : 0], ["5xx", status >= 500 ? 1 : 0], ...latency]
}
