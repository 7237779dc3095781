// The metrics under the names of CloudWatch: of APIs by route, of functions, and those that functions embed in their logs.
import { useLoaded } from "./use-loaded.ts"

type Series = {
  namespace: string
  name: string
  dimensions: [name: string, value: string][]
  sum: number
  sampleCount: number
  maximum: number
}

const REFRESH_MS = 2000

export function MetricTable() {
  const { value, problem } = useLoaded<{ series: Series[] }>("/metrics", REFRESH_MS)
  return (
    <section>
      <h2>CloudWatch metrics</h2>
      <p>
        Also for Prometheus at <a href="/_console/metrics">/_console/metrics</a>, with a{" "}
        <a href="/_console/grafana-dashboard.json" download>
          dashboard for Grafana
        </a>
        .
      </p>
      {problem !== "" && <p class="failure">{problem}</p>}
      <div class="table">
        <table>
          <thead>
            <tr>
              {["Metric", "Dimensions", "Sum", "Samples", "Average", "Maximum"].map((name, index) => (
                <th key={name} scope="col" class={index > 1 ? "number" : ""}>
                  {name}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {value?.series.map((series) => (
              <MetricRow key={`${series.namespace} ${series.name} ${series.dimensions.join()}`} series={series} />
            ))}
          </tbody>
        </table>
      </div>
    </section>
  )
}

function MetricRow({ series }: { series: Series }) {
  const { namespace, name, dimensions, sum, sampleCount, maximum } = series
  return (
    <tr>
      <th scope="row">
        {name} <small>{namespace}</small>
      </th>
      <td>{dimensions.map(([, value]) => value).join(" / ")}</td>
      {[sum, sampleCount, sum / sampleCount, maximum].map((value, index) => (
        <td key={index} class="number">
          {rounded(value)}
        </td>
      ))}
    </tr>
  )
}

function rounded(value: number): string {
  return Number.isInteger(value) ? String(value) : value.toFixed(2)
}
