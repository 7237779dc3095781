// Loads the Bedrock engine for the first document that needs it: without a model, its part of the AWS SDK is never read.
import type { Clock } from "../../clock.ts"
import { entryPoint } from "../entry-point.ts"
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
  const { href } = entryPoint("bedrock-module")
  const { createBedrockEngine } = (await import(href)) as typeof import("../bedrock-module.ts")
  return createBedrockEngine({ model, clock })
}
