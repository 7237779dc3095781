// Loads the Bedrock engine for the first document that needs it: without a model, its part of the AWS SDK is never read.
import type { Clock } from "../../clock.ts"
import type { SummaryEngine } from "./summary-engine.ts"

export function bedrockEngine(model: string, clock: Clock): SummaryEngine {
  let loading: Promise<SummaryEngine> | undefined
  return {
    async *summarize(document) {
      loading ??= load(model, clock)
      const engine = await loading
      return yield* engine.summarize(document)
    },
  }
}

async function load(model: string, clock: Clock): Promise<SummaryEngine> {
  // A file of its own in a bundle too: `bedrock-module.mjs` beside the handler's `index.mjs`.
  const isBundled = import.meta.url.endsWith(".mjs")
  const file = new URL(isBundled ? "./bedrock-module.mjs" : "../bedrock-module.ts", import.meta.url)
  const { createBedrockEngine } = (await import(file.href)) as typeof import("../bedrock-module.ts")
  return createBedrockEngine({ model, clock })
}
