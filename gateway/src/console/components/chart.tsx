// A small line chart over the last seconds.

export type Series = {
  name: string
  values: readonly (number | undefined)[]
  /** By default the color of what is normal. */
  tone?: "error" | "warning"
}

const WIDTH = 300
const HEIGHT = 80

export function Chart({ title, unit = "", series }: { title: string; unit?: string; series: readonly Series[] }) {
  const top = Math.max(1, ...series.flatMap(({ values }) => values.map((value = 0) => value)))
  const summary = series.map(({ name, values }) =>
    `${name} ${format(values.findLast((value) => value !== undefined) ?? 0)} ${unit}`.trim(),
  )
  return (
    <figure class="chart">
      <figcaption>
        <b>{title}</b>
        <span class="legend">
          {series.map(({ name, tone }, index) => (
            <span key={name} data-tone={tone}>
              {summary[index]}
            </span>
          ))}
        </span>
      </figcaption>
      <svg
        viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
        preserveAspectRatio="none"
        role="img"
        aria-label={`${title}: ${summary.join(", ")}`}
      >
        <line x1="0" x2={WIDTH} y1={HEIGHT - 1} y2={HEIGHT - 1} class="axis" />
        {series.map(({ name, values, tone }) => (
          <path key={name} data-tone={tone} d={pathOf(values, top)} />
        ))}
      </svg>
      <small>
        <span>3 min ago</span>
        <span>
          max {format(top)} {unit}
        </span>
      </small>
    </figure>
  )
}

/** A gap where a value is missing. */
function pathOf(values: readonly (number | undefined)[], top: number): string {
  let isDrawing = false
  return values
    .map((value, index) => {
      if (value === undefined) {
        isDrawing = false
        return ""
      }
      const x = (index / (values.length - 1)) * WIDTH
      const y = HEIGHT - 2 - (value / top) * (HEIGHT - 6)
      const command = isDrawing ? "L" : "M"
      const dot = isDrawing ? "" : "h0.1"
      isDrawing = true
      return `${command}${x.toFixed(1)} ${y.toFixed(1)}${dot}`
    })
    .join("")
}

function format(value: number): string {
  return value >= 10 || Number.isInteger(value) ? String(Math.round(value)) : value.toFixed(1)
}
