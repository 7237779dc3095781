// Draws a plot as SVG, on a background of its own, because pages show it in light and dark.
import { axisX, axisY, dot, gridY, line, plot as plotOf, text } from "@observablehq/plot"
import { parseHTML } from "linkedom"
import type { Plot } from "./plot.ts"

const ink = "#24302c"
const grey = "#7b8783"
const colors = ["#1d6b57", "#c2571a"]

/** The horizontal axis is logarithmic, because the loads range over several powers of ten. */
export function drawPlot({ xLabel, yLabel, yScale, lines }: Plot): string {
  const { document } = parseHTML("<!doctype html><body></body>")
  let ours = 0
  const colored = lines.map((one) => ({ ...one, color: one.isFloor ? grey : (colors[ours++] ?? ink) }))
  const xs = [...new Set(lines.flatMap(({ points }) => points.map(([x]) => x)))].sort((a, b) => a - b)
  const svg = plotOf({
    document,
    width: 680,
    height: 340,
    marginTop: 36,
    marginRight: 120,
    marginBottom: 44,
    marginLeft: 64,
    style: { background: "white", color: ink, fontSize: "12px" },
    // Not of type "log", whose axis labels only powers of ten.
    x: { transform: Math.log10, label: null },
    y: yScale === "log" ? { type: "log", label: null } : { zero: true, nice: true, label: null },
    marks: [
      gridY({ stroke: "#e3e8e6", strokeOpacity: 1, ticks: 5 }),
      axisX(xs, { tickFormat: short, label: xLabel, labelAnchor: "center", labelArrow: "none", tickSize: 4 }),
      axisY({ ticks: 5, tickFormat: short, label: yLabel, labelArrow: "none", tickSize: 0, labelOffset: 48 }),
      ...colored.flatMap(({ name, color, points }) => [
        line(points, { stroke: color, strokeWidth: 2 }),
        dot(points, { fill: color, r: 3 }),
        text(points.slice(-1), { text: () => name, textAnchor: "start", dx: 9, fill: color, fontWeight: 600 }),
      ]),
    ],
  })
  svg.setAttribute("xmlns", "http://www.w3.org/2000/svg")
  return `${svg.outerHTML}\n`
}

/** 1,500,000 -> 1.5M */
function short(value: number): string {
  return new Intl.NumberFormat("en", { notation: "compact", maximumFractionDigits: 1 }).format(value)
}
