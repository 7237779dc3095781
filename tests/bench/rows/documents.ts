// Pages per second of each format from its bytes to its insights, and the memory that documents of several lengths take.
import { alternate } from "../alternate.ts"
import { startProgram } from "../program.ts"
import type { DocumentFormat } from "../programs/documents.ts"
import { type BenchOptions, judge, type Measured } from "../row.ts"

const formats: readonly DocumentFormat[] = ["pdf", "docx", "pptx", "epub", "html", "text"]
const lengths = [10, 100, 1_000, 5_000]

export async function* documents({ quick }: BenchOptions): AsyncGenerator<Measured> {
  for (const format of formats) yield await speedOf(format, quick)
  for (const pages of quick ? lengths.slice(0, 3) : lengths) yield await memoryOf(pages)
}

async function speedOf(format: DocumentFormat, quick: boolean): Promise<Measured> {
  const program = startProgram("documents")
  const pages = quick ? 100 : 300
  const rate = (type: "floor" | "ours") => program.request<number>({ type, format, pages })
  // Loads what each of them needs.
  await alternate(1, { floor: () => rate("floor"), ours: () => rate("ours") })
  const rates = await alternate(3, { floor: () => rate("floor"), ours: () => rate("ours") })
  await program.end()
  const about = {
    name: "documents",
    variant: format,
    unit: "pages/s",
    note: `the floor is the reader alone, ${pages} pages`,
  }
  return judge(about, rates, { goal: 0.7, goalOf: "ratio" })
}

/** In new processes, because a process seldom returns memory to the operating system. */
async function memoryOf(pages: number): Promise<Measured> {
  const peakOf = async (type: "floor" | "ours") => {
    const program = startProgram("documents")
    await program.request<number>({ type, format: "pdf", pages })
    const bytes = await program.request<number>({ type: "peak" })
    await program.end()
    return bytes / 2 ** 20
  }
  const peaks = { floor: await peakOf("floor"), ours: await peakOf("ours") }
  const about = {
    name: "documents",
    variant: `${pages} pages`,
    unit: "MB at peak",
    note: "PDF; the floor is the reader alone",
  }
  return judge(about, peaks, { goal: 1024, goalOf: "ours", atMost: true })
}
