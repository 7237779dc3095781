// Charts of the last three minutes, and counts by route.
import { percentile, type Second } from "../state/metrics.ts"
import { milliseconds } from "../state/row.ts"
import type { Store } from "../state/store.ts"
import { Chart } from "./chart.tsx"
import { MetricTable } from "./metric-table.tsx"
import { useNow } from "./use-store.ts"

const SECONDS = 180

export function MetricsView({ store }: { store: Store }) {
  const now = useNow()
  const seconds = store.state.metrics.seconds(now, SECONDS)
  const per = (read: (second: Second) => number) => seconds.map(read)
  const latency = (share: number) => seconds.map(({ latencies }) => percentile(latencies, share))
  const routes = store.state.metrics.routes()
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: the keyboard can scroll it.
    <section class="deployed" tabIndex={0} aria-label="Metrics">
      <div class="charts">
        <Chart title="Messages per second" series={[{ name: "messages", values: per(({ messages }) => messages) }]} />
        <Chart
          title="@connections calls per second"
          series={[{ name: "calls", values: per(({ pushes }) => pushes) }]}
        />
        <Chart
          title="Latency"
          unit="ms"
          series={[
            { name: "p50", values: latency(0.5) },
            { name: "p99", values: latency(0.99), tone: "warning" },
          ]}
        />
        <Chart
          title="Failures per second"
          series={[
            { name: "errors", values: per(({ errors }) => errors), tone: "error" },
            { name: "throttles", values: per(({ throttles }) => throttles), tone: "warning" },
          ]}
        />
        <Chart
          title="Handshakes per second"
          series={[{ name: "handshakes", values: per(({ handshakes }) => handshakes) }]}
        />
        <Chart
          title="HTTP requests per second"
          series={[{ name: "requests", values: per(({ requests }) => requests) }]}
        />
      </div>
      <section>
        <h2>By route</h2>
        <div class="table">
          <table>
            <thead>
              <tr>
                {["Route", "Events", "Errors", "p50", "p99"].map((name, index) => (
                  <th key={name} scope="col" class={index > 0 ? "number" : ""}>
                    {name}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {routes.map(({ label, count, errors, latencies }) => (
                <tr key={label}>
                  <th scope="row">{label}</th>
                  <td class="number">{count}</td>
                  <td class="number">{errors}</td>
                  <td class="number">{shown(percentile(latencies, 0.5))}</td>
                  <td class="number">{shown(percentile(latencies, 0.99))}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      </section>
      <MetricTable />
    </section>
  )
}

function shown(ms: number | undefined): string {
  return ms === undefined ? "" : milliseconds(ms)
}
