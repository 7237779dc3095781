// One update to all watchers of a document: the time between the first and the last of them that receives its end.
import { createDocumentsClient } from "@document-insight/client"
import { median } from "../alternate.ts"
import { startProgram } from "../program.ts"
import { closeRawSockets, frame, openRawSockets, type RawSocket } from "../raw-socket.ts"
import { type BenchOptions, judge, type Measured } from "../row.ts"

const CONCURRENCY = 50
const END = `"processing_complete"`
const sizes = [
  { watchers: 1_000, documents: 3, goalMs: 300 },
  { watchers: 10_000, documents: 1, goalMs: 2_000 },
]

export async function* fanOut({ quick }: BenchOptions): AsyncGenerator<Measured> {
  for (const { watchers, documents, goalMs } of quick ? sizes.slice(0, 1) : sizes) {
    const floor = await fanOutOfFloor(watchers, documents)
    const ours = await fanOutOfSystem(watchers, documents)
    const about = { name: "fan-out", variant: `${watchers} watchers`, unit: "ms, first to last" }
    yield judge(about, { floor, ours }, { goal: goalMs, goalOf: "ours", atMost: true })
  }
}

/** The median of the milliseconds between the first and the last watcher. */
export async function fanOutOfFloor(watchers: number, rounds: number): Promise<number> {
  const program = startProgram("fan-out-floor")
  const sockets = await openRawSockets(watchers, CONCURRENCY, await program.request({ type: "address" }))
  const spans: number[] = []
  for (let round = 0; round < rounds; round++) {
    const span = spanOf(sockets)
    // As long as the end of a document.
    await program.request({ type: "push", body: JSON.stringify({ status: "processing_complete", x: "x".repeat(180) }) })
    spans.push(await span)
  }
  await closeRawSockets(sockets)
  await program.end()
  return median(spans)
}

export async function fanOutOfSystem(watchers: number, rounds: number): Promise<number> {
  const program = startProgram("system-server")
  const system = await program.request<{ port: number; path: string; apiEndpoint: string }>({ type: "address" })
  const documents = createDocumentsClient(system)
  const sockets = await openRawSockets(watchers, CONCURRENCY, system)
  const spans: number[] = []
  const body = new TextEncoder().encode("A page of text.")
  for (let round = 0; round < rounds; round++) {
    const target = await documents.create({ fileName: "a.txt", contentType: "text/plain", sizeBytes: body.length })
    await watchAll(sockets, target.documentId)
    const span = spanOf(sockets)
    await documents.upload(target, body)
    spans.push(await span)
  }
  await closeRawSockets(sockets)
  await program.end()
  return median(spans)
}

async function watchAll(sockets: RawSocket[], documentId: string): Promise<void> {
  const request = frame(Buffer.from(JSON.stringify({ action: "progress", documentId })))
  const waiting = [...sockets]
  const watchInTurn = async () => {
    for (let next = waiting.pop(); next; next = waiting.pop()) {
      const { socket } = next
      const response = new Promise((resolve) => socket.once("data", resolve))
      socket.write(request)
      await response
    }
  }
  await Promise.all(Array.from({ length: CONCURRENCY }, watchInTurn))
}

/** @returns the milliseconds between the first and the last socket that receives an end */
async function spanOf(sockets: RawSocket[]): Promise<number> {
  const times = await Promise.all(
    sockets.map(({ socket }) => {
      return new Promise<number>((resolve) => {
        socket.on("data", function onData(chunk: Buffer) {
          if (!chunk.includes(END)) return
          socket.off("data", onData)
          resolve(performance.now())
        })
      })
    }),
  )
  return Math.max(...times) - Math.min(...times)
}
