// Has a model of Amazon Bedrock write the summary of a document, and yields its text as it arrives.
import { BedrockRuntimeClient, ConverseStreamCommand, type ConverseStreamOutput } from "@aws-sdk/client-bedrock-runtime"
import { NodeHttpHandler } from "@smithy/node-http-handler"
import type { Clock } from "../../clock.ts"
import type { DocumentToSummarize, SummaryEngine } from "./summary-engine.ts"
import { summaryPrompt } from "./summary-prompt.ts"

export type BedrockLimits = {
  /** How long the summary may take, retries included. */
  maxMs: number
  /** With less time than this, no summary is requested. */
  minMs: number
  /** The longest pause before the first retry, which doubles with every further one. */
  firstPauseMs: number
}

const deployedLimits: BedrockLimits = { maxMs: 60_000, minMs: 5_000, firstPauseMs: 1_000 }

const maxPauseMs = 10_000
/** Five sentences need about 200 tokens. */
const maxTokens = 1_000
/** In any script and as JSON, far below the limit of a WebSocket frame. */
const maxCharacters = 4_000

// AWS: these are passing failures of the service (system-bedrock-errors)
const retriedErrors = new Set([
  "ThrottlingException",
  "ServiceUnavailableException",
  "InternalServerException",
  "ModelNotReadyException",
  "ModelStreamErrorException",
])

export type BedrockOptions = {
  /** The id of a foundation model or of an inference profile. */
  model: string
  clock: Pick<Clock, "sleep">
  limits?: BedrockLimits
  random?: () => number
}

export function createBedrockEngine({ model, clock, ...options }: BedrockOptions): SummaryEngine {
  const { limits = deployedLimits, random = Math.random } = options
  const client = new BedrockRuntimeClient({
    // Retries must end with the time of the invocation, which the SDK does not know.
    maxAttempts: 1,
    // HTTP/1.1, like every other client here: only bidirectional operations need the SDK's default of HTTP/2.
    requestHandler: new NodeHttpHandler({ connectionTimeout: 2_000 }),
  })

  async function* write(document: DocumentToSummarize, endsAt: AbortSignal): AsyncGenerator<string, string> {
    const prompt = summaryPrompt(document.insights.language, await document.sampleText())
    const command = new ConverseStreamCommand({ modelId: model, inferenceConfig: { maxTokens }, ...prompt })
    for (let attempt = 0; ; attempt += 1) {
      let text = ""
      try {
        const { stream } = await client.send(command, { abortSignal: endsAt })
        let stopReason: string | undefined
        for await (const event of stream ?? []) {
          const added = textOf(event)
          stopReason ??= event.messageStop?.stopReason
          if (added === "") continue
          text += added
          if (text.length > maxCharacters) throw new Error(`The summary has more than ${maxCharacters} characters.`)
          yield text.trim()
        }
        return completeText(text, stopReason)
      } catch (error) {
        // What watchers have received of the text is not taken back.
        if (text !== "" || !retriedErrors.has((error as Error).name) || endsAt.aborted) throw error
        await clock.sleep(random() * Math.min(limits.firstPauseMs * 2 ** attempt, maxPauseMs), endsAt)
        if (endsAt.aborted) throw error
      }
    }
  }

  return {
    async *summarize(document) {
      const timeMs = Math.min(limits.maxMs, document.remainingMs())
      if (timeMs < limits.minMs) throw new Error("The invocation has no time left to write the summary.")
      const timeout = AbortSignal.timeout(timeMs)
      const stop = new AbortController()
      try {
        const text = yield* write(document, AbortSignal.any([timeout, stop.signal]))
        return { summary: paragraphsOf(text), summaryBy: { engine: "bedrock", model } }
      } catch (error) {
        if (!timeout.aborted) throw error
        const message = `The model did not complete the summary within ${timeMs} ms.`
        throw new Error(message, { cause: error })
      } finally {
        stop.abort()
      }
    },
  }
}

/** Without control characters, which no summary needs and which are long in JSON. */
function textOf({ contentBlockDelta }: ConverseStreamOutput): string {
  return (contentBlockDelta?.delta?.text ?? "").replace(/[^\P{Cc}\n]/gu, "")
}

/** @throws Error when the text is incomplete, or was filtered */
function completeText(text: string, stopReason: string | undefined): string {
  if (stopReason === undefined) throw new Error("The model's response ended before its end was marked.")
  // AWS: other reasons are filters, limits and tools (system-bedrock-stop)
  if (stopReason !== "end_turn" && stopReason !== "stop_sequence") {
    throw new Error(`The model stopped with ${JSON.stringify(stopReason)}.`)
  }
  if (text.trim() === "") throw new Error("The model wrote no text.")
  return text
}

function paragraphsOf(text: string): string[] {
  return text
    .split("\n")
    .map((paragraph) => paragraph.trim())
    .filter((paragraph) => paragraph !== "")
}
