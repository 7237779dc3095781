// Event source mappings: one poller per enabled mapping of a queue or a stream to a function.
import type { EventSourceMappingDefinition, StreamMappingDefinition } from "../definition/lambda.ts"
import { keyOf } from "../definition/origin.ts"
import type { StreamSource } from "../definition/stream-source.ts"
import type { Poller, PollerOptions } from "./queue-poller.ts"
import { type StreamPollerOptions, startStreamPoller } from "./stream-poller.ts"

export type EventSourceMappings = {
  /**
   * Polls for these mappings from now on. Unchanged mappings go on polling; those that changed or are gone stop, and
   * finish the batches that functions have.
   */
  update(mappings: readonly (EventSourceMappingDefinition | StreamMappingDefinition)[]): void
  /** Stops polling and waits for the batches that functions have. */
  close(): Promise<void>
}

/** @param options.streams without it, mappings of streams do nothing */
export function createEventSourceMappings(
  options: PollerOptions & {
    /** Undefined when its stream is not read here. */
    streams?: (mapping: StreamMappingDefinition) => StreamSource | undefined
    deliver?: StreamPollerOptions["deliver"]
  },
): EventSourceMappings {
  const pollers = new Map<string, { logicalKey: string; started: Promise<Poller> }>()
  const stopping = new Map<Promise<void>, string>()

  async function start(mapping: EventSourceMappingDefinition | StreamMappingDefinition): Promise<Poller> {
    if ("streamArn" in mapping) {
      const { streams, deliver = async () => {} } = options
      // Its position is known when the batch that its function still has is done.
      await stopped(keyOf(mapping))
      const source = streams?.(mapping)
      return source ? startStreamPoller(mapping, { ...options, source, deliver }) : { stop: async () => {} }
    }
    // Loaded for templates with queues only: the AWS SDK takes long to load.
    const { startPoller } = await import("./queue-poller.ts")
    return startPoller(mapping, options)
  }

  async function stopped(logicalKey: string): Promise<void> {
    await Promise.all([...stopping].flatMap(([ended, key]) => (key === logicalKey ? [ended] : [])))
  }

  function update(mappings: readonly (EventSourceMappingDefinition | StreamMappingDefinition)[]): void {
    const wanted = new Map(mappings.filter(({ enabled }) => enabled).map((one) => [JSON.stringify(one), one]))
    for (const [key, { logicalKey, started }] of pollers) {
      if (wanted.has(key)) continue
      pollers.delete(key)
      const ended = started.then((poller) => poller.stop()).finally(() => stopping.delete(ended))
      stopping.set(ended, logicalKey)
    }
    for (const [key, mapping] of wanted) {
      if (!pollers.has(key)) pollers.set(key, { logicalKey: keyOf(mapping), started: start(mapping) })
    }
  }

  return {
    update,
    async close() {
      update([])
      await Promise.all(stopping.keys())
    },
  }
}
