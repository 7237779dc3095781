// Reads a file in a process of its own, because peak memory is a figure of the process.
import { spawn } from "node:child_process"
import { once } from "node:events"
import { mkdtemp, rm, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { text } from "node:stream/consumers"
import type { HostileFile } from "./hostile-file.ts"
import type { Measurement } from "./measure-reading.ts"

const script = join(import.meta.dirname, "measure-reading.ts")

export async function measureFile({
  make,
  contentType,
}: Pick<HostileFile, "make" | "contentType">): Promise<Measurement> {
  const folder = await mkdtemp(join(tmpdir(), "measured-file-"))
  try {
    const path = join(folder, "file")
    await writeFile(path, await make())
    const child = spawn(process.execPath, ["--disable-warning=ExperimentalWarning", script, path, contentType])
    const [output, errors] = await Promise.all([text(child.stdout), text(child.stderr), once(child, "close")])
    if (output === "") return { outcome: "FAILED", detail: errors, seconds: 0, cpuSeconds: 0, peakMb: 0 }
    return JSON.parse(output)
  } finally {
    await rm(folder, { recursive: true })
  }
}
