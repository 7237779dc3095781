// What a month costs, by line of the bill.
import type { Assumptions } from "./assumptions.ts"

const million = 1e6
const kbPerGb = 1e6
const queues = 4
/** Of a month: a file is kept for a week. */
const keptShare = 7 / 30

export type CostLine = { name: string; dollars: number }

export function costOf(documents: number, given: Assumptions): CostLine[] {
  const watches = documents * given.watchers
  const pushes = watches * given.pushes
  const price = (name: Extract<keyof Assumptions, `price-${string}`>, count: number) => (count / million) * given[name]
  const gb = (mb: number) => mb / 1024
  const handlerSeconds = ((watches * 3 + documents * 3) * given["handler-ms"]) / 1000
  const processorSeconds = documents * given["reading-seconds"]
  const invocations = watches * 3 + documents * 5
  // The row is written for every change, in units of 1 KB, most of them before it has insights.
  const writes = documents * (given.pushes + Math.ceil(given["row-kb"]) + 2) + watches * 4
  // Each round reads the watchers, each watch the document.
  const reads = documents * (given.pushes + 4) + watches * Math.ceil(given["row-kb"] / 4)
  const lines: [name: string, dollars: number][] = [
    ["WebSocket messages", price("price-messages", pushes + watches * 2)],
    ["connection minutes", price("price-minutes", watches * given["minutes-open"])],
    ["HTTP API", price("price-http", documents * 3)],
    ["Lambda requests", price("price-invocations", invocations)],
    [
      "Lambda duration",
      price(
        "price-gb-seconds",
        processorSeconds * gb(given["processor-mb"]) + handlerSeconds * gb(given["handler-mb"]),
      ),
    ],
    ["DynamoDB", price("price-writes", writes) + price("price-reads", reads)],
    ["SQS", price("price-queue", documents * 8 + queues * given["empty-receives"])],
    [
      "S3",
      price("price-put", documents) +
        price("price-get", documents * 2) +
        ((documents * given["document-kb"]) / kbPerGb) * keptShare * given["price-storage"],
    ],
    ["CloudWatch Logs", ((documents * given["log-kb"]) / kbPerGb) * given["price-logs"]],
    ["data transfer", ((pushes * 0.4 + documents * given["row-kb"]) / kbPerGb) * given["price-transfer"]],
  ]
  return lines.map(([name, dollars]) => ({ name, dollars }))
}

/** What one round costs for each watcher, sharing included. */
export function costOfRound(watchers: number, given: Assumptions): { posts: number; sharing: number } {
  const pages = Math.ceil(watchers / 250)
  const posts = (watchers / million) * given["price-messages"]
  const requests = (pages / 10 + pages * 2) * given["price-queue"] + pages * given["price-invocations"]
  const seconds = (watchers * given["post-cpu-ms"]) / 1000
  const duration = seconds * (given["notifier-mb"] / 1024) * given["price-gb-seconds"]
  return { posts, sharing: (requests + duration) / million }
}
