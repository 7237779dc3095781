// The measurements of the plots: how throughput, latency, memory and fan-out change with the load.
import { setTimeout as wait } from "node:timers/promises"
import { alternate, median } from "../alternate.ts"
import { startMixedLoad } from "../mixed-load.ts"
import { startServer } from "../program.ts"
import { closeRawSockets, openRawSockets, type RawSocket } from "../raw-socket.ts"
import { fanOutOfFloor, fanOutOfSystem } from "../rows/fan-out.ts"
import { roundTrips } from "../rows/messages.ts"
import type { MeasurePlot, PlotName, Point } from "./plot.ts"

const CONCURRENCY = 50

export const measurePlots: Readonly<Record<PlotName, MeasurePlot>> = { throughput, latency, memory, "fan-out": fanOut }

async function throughput(report: (point: string) => void) {
  const floor = await startServer("floor-server")
  const ours = await startServer("gateway-server")
  const points = { floor: [] as Point[], ours: [] as Point[] }
  await alternate(2, { floor: () => roundTrips(floor, 1, 1500), ours: () => roundTrips(ours, 1, 1500) })
  // At most as many as AWS runs of a function at once.
  for (const connections of [1, 5, 10, 50, 100, 500, 1_000]) {
    const rates = await alternate(3, {
      floor: () => roundTrips(floor, 1, 1000, connections),
      ours: () => roundTrips(ours, 1, 1000, connections),
    })
    add(points, connections, rates)
    report(`${connections} connections: ${whole(rates)} round trips per second`)
  }
  await Promise.all([floor.end(), ours.end()])
  return {
    xLabel: "connections, with one message in flight on each",
    yLabel: "round trips per second",
    yScale: "linear",
    lines: [floorLine("bare ws server", points.floor), { name: "gateway", points: points.ours }],
  } as const
}

async function latency(report: (point: string) => void) {
  const server = await startServer("gateway-server")
  const medians: Point[] = []
  const slowest: Point[] = []
  for (const messagesPerSecond of [100, 500, 1_000, 2_000, 5_000, 10_000]) {
    const load = await startMixedLoad(server, { connections: 500, messagesPerSecond, slowClients: 0, seed: 1 })
    await wait(1_000)
    load.takeLatencies()
    await wait(4_000)
    const latencies = load.takeLatencies().sort((a, b) => a - b)
    const errors = load.errors.length
    await load.stop()
    if (errors > 0) throw new Error(`${errors} messages failed at ${messagesPerSecond} messages per second.`)
    // A client sends its next message only after the response, so an overloaded server receives fewer.
    if (latencies.length < 0.8 * 4 * messagesPerSecond) {
      report(`${messagesPerSecond} messages per second were not reached: ${latencies.length / 4}`)
      break
    }
    medians.push([messagesPerSecond, median(latencies)])
    slowest.push([messagesPerSecond, latencies[Math.floor(latencies.length * 0.99)] ?? 0])
    const [middle = 0, high = 0] = [medians.at(-1)?.[1], slowest.at(-1)?.[1]]
    report(
      `${messagesPerSecond} messages per second: median ${middle.toFixed(1)} ms, 99th percentile ${high.toFixed(1)} ms`,
    )
  }
  await server.end()
  return {
    xLabel: "messages per second over 500 connections",
    yLabel: "round trip in milliseconds",
    yScale: "log",
    lines: [
      { name: "median", points: medians },
      { name: "99th percentile", points: slowest },
    ],
  } as const
}

async function memory(report: (point: string) => void) {
  const floor = await memoryOf("floor-server", (point) => report(`floor, ${point}`))
  const ours = await memoryOf("gateway-server", (point) => report(`ours, ${point}`))
  return {
    xLabel: "idle connections",
    yLabel: "resident memory in MB",
    yScale: "linear",
    lines: [floorLine("bare ws server", floor), { name: "gateway", points: ours }],
  } as const
}

async function memoryOf(name: "floor-server" | "gateway-server", report: (point: string) => void): Promise<Point[]> {
  const server = await startServer(name, ["without-connect"])
  const sockets: RawSocket[] = []
  const points: Point[] = []
  for (const connections of [100, 500, 1_000, 2_000, 5_000, 10_000]) {
    sockets.push(...(await openRawSockets(connections - sockets.length, CONCURRENCY, server)))
    const megabytes = (await server.memory()) / 2 ** 20
    points.push([connections, megabytes])
    report(`${connections} connections: ${Math.round(megabytes)} MB`)
  }
  await closeRawSockets(sockets)
  await server.end()
  return points
}

async function fanOut(report: (point: string) => void) {
  const points = { floor: [] as Point[], ours: [] as Point[] }
  for (const watchers of [10, 100, 1_000, 3_000, 10_000]) {
    const documents = watchers > 1_000 ? 1 : 3
    const spans = {
      floor: await fanOutOfFloor(watchers, documents),
      ours: await fanOutOfSystem(watchers, documents),
    }
    add(points, watchers, spans)
    report(`${watchers} watchers: ${whole(spans)} ms`)
  }
  return {
    xLabel: "watchers of one document",
    yLabel: "milliseconds from the first to the last",
    yScale: "log",
    lines: [floorLine("unsigned POSTs", points.floor), { name: "this system", points: points.ours }],
  } as const
}

function floorLine(name: string, points: readonly Point[]) {
  return { name, isFloor: true, points } as const
}

type Pair = { floor: number; ours: number }

function add(points: { floor: Point[]; ours: Point[] }, x: number, { floor, ours }: Pair): void {
  points.floor.push([x, floor])
  points.ours.push([x, ours])
}

function whole({ floor, ours }: Pair): string {
  return `floor ${Math.round(floor).toLocaleString("en")}, ours ${Math.round(ours).toLocaleString("en")}`
}
