// The live metrics: as JSON for the console's page, and as text for Prometheus.
import type { ServerResponse } from "node:http"
import type { ConnectionStore } from "../../connections/connection-store.ts"
import { GatewayError } from "../../foundation/errors.ts"
import type { ConsolePorts } from "./console-ports.ts"

export function describeMetrics({ metrics }: Pick<ConsolePorts, "metrics">): object {
  const series = metrics.series().map(({ namespace, name, dimensions, sum, sampleCount, maximum }) => ({
    namespace,
    name,
    dimensions: [...dimensions],
    sum,
    sampleCount,
    maximum,
  }))
  return { series }
}

export async function sendPrometheusText(
  response: ServerResponse,
  { metrics, connections }: Pick<ConsolePorts, "metrics" | "connections">,
): Promise<void> {
  try {
    const { contentType, text } = await metrics.prometheusText(openConnections(connections))
    response.writeHead(200, { "content-type": contentType, "cache-control": "no-store" }).end(text)
  } catch (error) {
    if (!(error instanceof GatewayError)) throw error
    response.writeHead(501, { "content-type": "text/plain" }).end(`${error.message} ${error.hint}\n`)
  }
}

function openConnections(connections: ConnectionStore) {
  const counts = new Map<string, { apiId: string; stageName: string; count: number }>()
  for (const { facts, isOpen } of connections.all()) {
    if (!isOpen) continue
    const { apiId, stageName } = facts
    const key = `${apiId} ${stageName}`
    const counted = counts.get(key) ?? { apiId, stageName, count: 0 }
    counted.count++
    counts.set(key, counted)
  }
  return [...counts.values()]
}
