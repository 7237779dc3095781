// The plots of docs/performance.md are those of their measurements.
import { readdirSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { expect, test } from "vitest"
import { drawPlot } from "../bench/plots/draw-plot.ts"

const folder = join(import.meta.dirname, "..", "..", "docs", "images", "performance")
const measured = readdirSync(folder).filter((name) => name.endsWith(".json"))

test.each(measured)("the plot of %s is drawn from it", (name) => {
  const plot = JSON.parse(readFileSync(join(folder, name), "utf8"))
  expect(readFileSync(join(folder, name.replace(".json", ".svg")), "utf8")).toBe(drawPlot(plot))
})

test("a plot has a line and a name for each series, and a label for each load", () => {
  const svg = drawPlot({
    xLabel: "connections",
    yLabel: "MB",
    yScale: "linear",
    lines: [
      {
        name: "floor",
        isFloor: true,
        points: [
          [1, 10],
          [5_000, 30],
        ],
      },
      {
        name: "ours",
        points: [
          [1, 20],
          [5_000, 90],
        ],
      },
    ],
  })
  const texts = [...svg.matchAll(/<text[^>]*>([^<]*)<\/text>/g)].map(([, text]) => text)
  expect(texts).toEqual(expect.arrayContaining(["connections", "MB", "floor", "ours", "1", "5K"]))
  expect(svg.match(/aria-label="line"/g)).toHaveLength(2)
})
