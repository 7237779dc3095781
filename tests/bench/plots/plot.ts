// The measurements of one plot: values of several lines over the same quantity.

export type PlotName = "throughput" | "latency" | "memory" | "fan-out"

export type Point = readonly [x: number, y: number]

export type Line = {
  name: string
  /** What others are compared with: drawn in grey. */
  isFloor?: true
  points: readonly Point[]
}

export type Plot = {
  xLabel: string
  yLabel: string
  /** "log" for values that range over several powers of ten. */
  yScale: "linear" | "log"
  lines: readonly Line[]
}

/** Calls `report` with each point. */
export type MeasurePlot = (report: (point: string) => void) => Promise<Plot>
