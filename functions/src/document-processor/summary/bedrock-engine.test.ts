// The Bedrock engine with the SDK's client, on recorded responses of ConverseStream.
import type { Insights } from "@document-insight/protocol"
import { beforeEach, expect, onTestFinished, test, vi } from "vitest"
import {
  delta,
  end,
  exception,
  failed,
  type Replay,
  stalled,
  start,
  startBedrockStandIn,
  streamed,
  written,
} from "../../../test/bedrock-stand-in.ts"
import { systemClock } from "../../clock.ts"
import { type BedrockLimits, createBedrockEngine } from "./bedrock-engine.ts"

const model = "eu.anthropic.claude-haiku-4-5-20251001-v1:0"
const quoted = { language: "de", summary: ["Zitiert."], words: 100 } as Insights

beforeEach(() => {
  vi.stubEnv("AWS_REGION", "eu-central-1")
  vi.stubEnv("AWS_ACCESS_KEY_ID", "test")
  vi.stubEnv("AWS_SECRET_ACCESS_KEY", "test")
  return () => vi.unstubAllEnvs()
})

async function write(replays: Replay[], { limits, remainingMs = 60_000 }: WriteOptions = {}) {
  const standIn = await startBedrockStandIn(replays)
  onTestFinished(() => standIn.close())
  vi.stubEnv("AWS_ENDPOINT_URL_BEDROCK_RUNTIME", standIn.endpoint)
  const pauses: number[] = []
  const clock = {
    sleep: async (ms: number) => {
      pauses.push(ms)
    },
  }
  const engine = createBedrockEngine({
    model,
    clock: limits ? systemClock : clock,
    ...(limits && { limits }),
    random: () => 1,
  })
  const texts: string[] = []
  const writing = engine.summarize({
    insights: quoted,
    sampleText: async () => "Der Text.",
    remainingMs: () => remainingMs,
  })
  async function finish() {
    let step = await writing.next()
    for (; !step.done; step = await writing.next()) texts.push(step.value)
    return step.value
  }
  return { ...standIn, summary: finish(), texts, pauses, writing }
}

type WriteOptions = { limits?: BedrockLimits; remainingMs?: number }

test("yields the text as it arrives, and returns its paragraphs with the model", async () => {
  const { summary, texts, requests } = await write([written("Der Bericht ", "misst.\n\n", "Er endet.\u0000\n")])
  expect(await summary).toEqual({
    summary: ["Der Bericht misst.", "Er endet."],
    summaryBy: { engine: "bedrock", model },
  })
  expect(texts).toEqual(["Der Bericht", "Der Bericht misst.", "Der Bericht misst.\n\nEr endet."])
  expect(requests).toHaveLength(1)
  expect(requests[0]?.path).toBe(`/model/${encodeURIComponent(model)}/converse-stream`)
  expect(requests[0]?.body).toMatchObject({
    system: [{ text: expect.stringContaining("in German, the language of the document") }],
    messages: [{ role: "user", content: [{ text: "<document>\nDer Text.\n</document>" }] }],
    inferenceConfig: { maxTokens: 1_000 },
  })
})

test.each([
  ["a throttled request", failed(429, "ThrottlingException", "Too many requests, please wait.")],
  ["a model that is not ready", failed(429, "ModelNotReadyException", "The model is not ready.")],
  ["a stream that is throttled before its text", streamed(start, exception("throttlingException", "Slow down."))],
])("repeats %s, with pauses that double", async (_, failure) => {
  const { summary, requests, pauses } = await write([failure, failure, written("Text.")])
  expect((await summary).summary).toEqual(["Text."])
  expect(requests).toHaveLength(3)
  expect(pauses).toEqual([1_000, 2_000])
})

test.each<[string, Replay, string]>([
  ["an error in the text", streamed(start, delta("Der"), exception("modelStreamErrorException", "Broken.")), "Broken."],
  ["no access to the model", failed(403, "AccessDeniedException", "You don't have access."), "You don't have access."],
  ["an invalid request", failed(400, "ValidationException", "The model does not support it."), "does not support it"],
  ["a content filter", streamed(start, delta("Der"), ...end("content_filtered")), '"content_filtered"'],
  ["a guardrail", streamed(start, delta("Der"), ...end("guardrail_intervened")), '"guardrail_intervened"'],
  ["the limit of tokens", streamed(start, delta("Der"), ...end("max_tokens")), '"max_tokens"'],
  ["an end without text", written(), "The model wrote no text."],
  ["a stream without an end", streamed(start, delta("Der")), "ended before its end was marked"],
  ["a summary that is too long", written("a".repeat(4_001)), "more than 4000 characters"],
  ["a damaged frame", streamed(start, damaged(delta("Der"))), "checksum"],
])("rejects %s with its reason, without another request", async (_, replay, message) => {
  const { summary, requests } = await write([replay])
  await expect(summary).rejects.toThrow(message)
  expect(requests).toHaveLength(1)
})

const limits = { maxMs: 60_000, minMs: 10, firstPauseMs: 20 }

test.each<[string, Replay]>([
  ["does not respond", () => {}],
  ["stops in the text", stalled(start, delta("Der"))],
  ["throttles every request", failed(429, "ThrottlingException", "Too many requests.")],
])("a model that %s is given up when no time is left, and its request is ended", async (_, replay) => {
  const { summary, closed } = await write([replay], { limits, remainingMs: 300 })
  await expect(summary).rejects.toThrow("The model did not complete the summary within 300 ms.")
  await Promise.all(closed)
})

test("without enough time, nothing is requested", async () => {
  const { summary, requests } = await write([written("Text.")], { remainingMs: 4_999 })
  await expect(summary).rejects.toThrow("The invocation has no time left to write the summary.")
  expect(requests).toEqual([])
})

test("a caller that stops ends the request", async () => {
  const standIn = await startBedrockStandIn([stalled(start, delta("Der"))])
  onTestFinished(() => standIn.close())
  vi.stubEnv("AWS_ENDPOINT_URL_BEDROCK_RUNTIME", standIn.endpoint)
  const engine = createBedrockEngine({ model, clock: systemClock })
  const document = { insights: quoted, sampleText: async () => "Text.", remainingMs: () => 60_000 }
  const writing = engine.summarize(document)
  expect((await writing.next()).value).toBe("Der")
  await writing.return(undefined as never)
  await Promise.all(standIn.closed)
})

function damaged(frame: Uint8Array): Uint8Array {
  const copy = Uint8Array.from(frame)
  copy[copy.length - 6] = (copy[copy.length - 6] ?? 0) ^ 1
  return copy
}
