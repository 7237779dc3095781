// Event source mappings: one poller per enabled mapping of a queue to a function.
import type { EventSourceMappingDefinition } from "../definition/lambda.ts"
import type { Poller, PollerOptions } from "./queue-poller.ts"

export type EventSourceMappings = {
  /**
   * Polls for these mappings from now on. Unchanged mappings go on polling; those that changed or are gone stop, and
   * finish the batches that functions have.
   */
  update(mappings: EventSourceMappingDefinition[]): void
  /** Stops polling and waits for the batches that functions have. */
  close(): Promise<void>
}

export function createEventSourceMappings(options: PollerOptions): EventSourceMappings {
  const pollers = new Map<string, Promise<Poller>>()
  const stopping = new Set<Promise<void>>()

  async function start(mapping: EventSourceMappingDefinition): Promise<Poller> {
    // Loaded for templates with queues only: the AWS SDK takes long to load.
    const { startPoller } = await import("./queue-poller.ts")
    return startPoller(mapping, options)
  }

  function update(mappings: EventSourceMappingDefinition[]): void {
    const wanted = new Map(mappings.filter(({ enabled }) => enabled).map((one) => [JSON.stringify(one), one]))
    for (const [key, poller] of pollers) {
      if (wanted.has(key)) continue
      pollers.delete(key)
      const stopped = poller.then((started) => started.stop()).finally(() => stopping.delete(stopped))
      stopping.add(stopped)
    }
    for (const [key, mapping] of wanted) if (!pollers.has(key)) pollers.set(key, start(mapping))
  }

  return {
    update,
    async close() {
      update([])
      await Promise.all(stopping)
    },
  }
}
