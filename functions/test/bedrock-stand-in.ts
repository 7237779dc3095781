// A server that replays recorded responses of Amazon Bedrock's ConverseStream, for the SDK's own client.
//
// The frames are those of application/vnd.amazon.eventstream, written by the SDK's codec. The members of the events are those
// of the API reference: https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_ConverseStreamOutput.html
import { createServer, type ServerResponse } from "node:http"
import type { AddressInfo } from "node:net"
import { EventStreamCodec } from "@smithy/core/event-streams"

type Members = Record<string, unknown>
type HeaderValue = { type: "string"; value: string }

export type ConverseRequest = {
  path: string
  body: {
    system: { text: string }[]
    messages: { role: string; content: { text: string }[] }[]
    inferenceConfig: Members
  }
}

/** Writes one response. */
export type Replay = (response: ServerResponse) => Promise<void> | void

const encoder = new TextEncoder()
const codec = new EventStreamCodec(
  (bytes) => Buffer.from(bytes as Uint8Array).toString("utf8"),
  (text) => encoder.encode(text),
)

/** Replays one response per request, and the last one for all further requests. */
export async function startBedrockStandIn(replays: readonly Replay[]) {
  const requests: ConverseRequest[] = []
  const closed: Promise<void>[] = []
  const server = createServer(async (request, response) => {
    closed.push(new Promise((resolve) => response.once("close", resolve)))
    const chunks: Uint8Array[] = []
    for await (const chunk of request) chunks.push(chunk)
    requests.push({ path: request.url ?? "", body: JSON.parse(Buffer.concat(chunks).toString()) })
    await replays[Math.min(requests.length, replays.length) - 1]?.(response)
  })
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve))
  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    /** By request: when its response was sent, or its connection closed. */
    closed,
    close() {
      server.closeAllConnections()
      server.close()
    },
  }
}

const header = (value: string): HeaderValue => ({ type: "string", value })

export function event(type: string, members: Members): Uint8Array {
  return frame({ ":event-type": header(type), ":message-type": header("event") }, members)
}

export function exception(type: string, message: string): Uint8Array {
  return frame({ ":exception-type": header(type), ":message-type": header("exception") }, { message })
}

function frame(headers: Record<string, HeaderValue>, members: Members): Uint8Array {
  const body = encoder.encode(JSON.stringify(members))
  return codec.encode({ headers: { ...headers, ":content-type": header("application/json") }, body })
}

export const start = event("messageStart", { role: "assistant" })

export function delta(text: string): Uint8Array {
  return event("contentBlockDelta", { contentBlockIndex: 0, delta: { text } })
}

export function end(stopReason = "end_turn"): Uint8Array[] {
  const usage = { inputTokens: 812, outputTokens: 64, totalTokens: 876 }
  return [
    event("contentBlockStop", { contentBlockIndex: 0 }),
    event("messageStop", { stopReason }),
    event("metadata", { usage, metrics: { latencyMs: 1204 } }),
  ]
}

/** A response with these frames, each in a packet of its own. */
export function streamed(...frames: Uint8Array[]): Replay {
  return async (response) => {
    begin(response)
    for (const bytes of frames) await new Promise((resolve) => response.write(bytes, resolve))
    response.end()
  }
}

/** Like `streamed`, without an end. */
export function stalled(...frames: Uint8Array[]): Replay {
  return (response) => {
    begin(response)
    for (const bytes of frames) response.write(bytes)
  }
}

export function written(...texts: string[]): Replay {
  return streamed(start, ...texts.map(delta), ...end())
}

/** An error before the stream begins. */
export function failed(status: number, type: string, message: string): Replay {
  return (response) => {
    response.writeHead(status, { "content-type": "application/json", "x-amzn-errortype": type })
    response.end(JSON.stringify({ message }))
  }
}

function begin(response: ServerResponse): void {
  response.writeHead(200, { "content-type": "application/vnd.amazon.eventstream" })
}
