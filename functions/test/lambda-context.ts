// The context that Lambda hands a handler, as far as ours look at it; and a logger and metrics that keep still.
import { Logger } from "@aws-lambda-powertools/logger"
import { Metrics } from "@aws-lambda-powertools/metrics"
import type { Context } from "aws-lambda"

export function lambdaContext(overrides: Partial<Context> = {}): Context {
  return {
    awsRequestId: "request-1",
    functionName: "test",
    functionVersion: "$LATEST",
    invokedFunctionArn: "arn:aws:lambda:eu-west-1:123456789012:function:test",
    memoryLimitInMB: "1024",
    logGroupName: "/aws/lambda/test",
    logStreamName: "test",
    callbackWaitsForEmptyEventLoop: true,
    getRemainingTimeInMillis: () => 60_000,
    done() {},
    fail() {},
    succeed() {},
    ...overrides,
  }
}

export function silentLogger(): Logger {
  return new Logger({ logLevel: "SILENT" })
}

/** Metrics whose published lines go nowhere; `added` names each metric with its sum. */
export function recordedMetrics(): { metrics: Metrics; added: Record<string, number> } {
  const added: Record<string, number> = {}
  const metrics = new Metrics({ namespace: "test", serviceName: "test" })
  metrics.addMetric = (name, _unit, value) => {
    added[name] = (added[name] ?? 0) + value
    return metrics
  }
  metrics.publishStoredMetrics = () => metrics
  return { metrics, added }
}
