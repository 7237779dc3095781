// The HTTP request and response as values, between the server and the routes.
import type { Readable } from "node:stream"

/** Every value by lower-case name, in the order received. The names come from outside, so the prototype is null. */
export type HeaderLists = Record<string, string[]>

export type HttpRequest = {
  method: string
  /** As received: percent-encoded, with the stage. */
  path: string
  query: string
  headers: Readonly<HeaderLists>
  /** The names of the headers as the client spelled them, by lower-case name, for the events of REST APIs. */
  headerNames?(): ReadonlyMap<string, string>
  /** Undefined when the body exceeds the limit. */
  body: Buffer | undefined
  sourceIp: string
  /** The API's host name on AWS, or the custom domain name that led to it. */
  domainName: string
  /** Of a request to a custom domain name: the stage, and the part of the path that leads to it. */
  mapping?: { stageName: string; basePath: string }
}

export type HttpResponse = {
  status: number
  headers: HeaderLists
  body: Buffer
  /** Replaces `body` when a function streams. `length`: bytes, known at the end. */
  streamed?: { body: Readable; length: Promise<number> }
}

export function firstHeader(headers: Readonly<HeaderLists>, name: string): string | undefined {
  return headers[name]?.[0]
}
