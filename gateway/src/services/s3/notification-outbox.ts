// Keeps notifications on disk from before a change of an object until they are delivered. A gateway that is killed in
// between finds them when it runs again.
import { mkdirSync, readdirSync, readFileSync, rmSync } from "node:fs"
import { open, rename, rm } from "node:fs/promises"
import { join } from "node:path"
import type { Clock } from "../../foundation/clock.ts"
import { unusableFile, unusableFolder } from "../data-folder-error.ts"
import type { ObjectEvent } from "./bucket-notifications.ts"

export type OutboxEntry = {
  events: ObjectEvent[]
  /** Whether the objects have changed. Otherwise they may or may not have. */
  hasHappened: boolean
  /** The objects have changed: from now on the events are never forgotten. */
  commit(events: ObjectEvent[]): Promise<void>
  /** They have not changed, or every notification is delivered. */
  remove(): Promise<void>
}

export type Outbox = {
  add(events: ObjectEvent[]): Promise<OutboxEntry>
  /** What an earlier run has left, the oldest first. */
  left: OutboxEntry[]
}

type OutboxRecord = Pick<OutboxEntry, "events" | "hasHappened">

const UNFINISHED = ".unfinished"

/**
 * @param folder in memory if it is not given
 * @throws GatewayError DATA_UNUSABLE
 */
export function openOutbox(folder: string | undefined, clock: Clock): Outbox {
  if (folder === undefined) return { add: async (events) => new MemoryEntry(events), left: [] }
  const names = openFolder(folder)
  const files = names.filter((name) => !name.endsWith(UNFINISHED)).toSorted()
  // Later than every name of an earlier run, also when the clock of the machine has been set back.
  let last = Math.max(0, ...files.map((name) => Number.parseInt(name, 10) || 0))
  return {
    async add(events) {
      last = Math.max(last + 1, clock.now())
      const entry = new FileEntry(join(folder, String(last).padStart(16, "0")), { events, hasHappened: false })
      await entry.write()
      return entry
    },
    left: files.map((name) => new FileEntry(join(folder, name), readRecord(join(folder, name)))),
  }
}

function openFolder(folder: string): string[] {
  try {
    mkdirSync(folder, { recursive: true })
    const names = readdirSync(folder)
    for (const name of names) if (name.endsWith(UNFINISHED)) rmSync(join(folder, name))
    return names
  } catch (error) {
    throw unusableFolder(folder, error)
  }
}

class MemoryEntry implements OutboxEntry {
  events: ObjectEvent[]
  hasHappened = false

  constructor(events: ObjectEvent[]) {
    this.events = events
  }

  async commit(events: ObjectEvent[]): Promise<void> {
    this.events = events
    this.hasHappened = true
  }

  async remove(): Promise<void> {
    // Nothing is kept.
  }
}

class FileEntry implements OutboxEntry {
  readonly #file: string
  #record: OutboxRecord

  constructor(file: string, record: OutboxRecord) {
    this.#file = file
    this.#record = record
  }

  get events(): ObjectEvent[] {
    return this.#record.events
  }

  get hasHappened(): boolean {
    return this.#record.hasHappened
  }

  async commit(events: ObjectEvent[]): Promise<void> {
    this.#record = { events, hasHappened: true }
    await this.write()
  }

  /** Under another name first, so that a process that is killed leaves a whole file or none. */
  async write(): Promise<void> {
    const unfinished = `${this.#file}${UNFINISHED}`
    try {
      await writeFlushed(unfinished, JSON.stringify(this.#record))
      await rename(unfinished, this.#file)
    } catch (error) {
      await rm(unfinished, { force: true })
      throw error
    }
  }

  remove(): Promise<void> {
    return rm(this.#file, { force: true })
  }
}

async function writeFlushed(name: string, text: string): Promise<void> {
  const file = await open(name, "w", 0o600)
  try {
    await file.writeFile(text)
    await file.datasync()
  } finally {
    await file.close()
  }
}

function readRecord(file: string): OutboxRecord {
  try {
    return JSON.parse(readFileSync(file, "utf8"))
  } catch (cause) {
    throw unusableFile(file, cause)
  }
}
