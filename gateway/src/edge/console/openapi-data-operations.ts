// The operations of the console's API on stored data for its OpenAPI document.
import { json, list, type Operation, object, text, time, whole } from "./openapi-schema.ts"

export const dataOperations: readonly Operation[] = [
  {
    route: "GET /data",
    summary: "Tables, queues with their depth, and buckets",
    response: object({ canWrite: { type: "boolean" }, tables: list(json), queues: list(json), buckets: list(json) }),
  },
  {
    route: "GET /data/items",
    summary: "Items of a table",
    query: { name: "The table.", filter: "Words that an item contains; name:text is about one attribute.", next: "" },
    response: object({ items: list(object({ key: text, item: json })), scanned: whole, next: text }, ["next"]),
  },
  {
    route: "GET /data/messages",
    summary: "The messages of a queue, which stay as they are",
    query: { name: "The queue." },
    response: object({ messages: list(json) }),
  },
  {
    route: "GET /data/objects",
    summary: "Objects of a bucket",
    query: { name: "The bucket.", prefix: "The start of their keys.", next: "" },
    response: object(
      { objects: list(object({ key: text, size: whole, modifiedAt: time("When it was written.") })), next: text },
      ["next"],
    ),
  },
  {
    route: "GET /data/object",
    summary: "One object of a bucket, as a file",
    query: { name: "The bucket.", key: "The key of the object." },
    response: { type: "string", contentMediaType: "application/octet-stream" },
  },
  {
    route: "POST /data/purge",
    summary: "Removes the messages of a queue. Needs --console-write",
    body: object({ name: text }),
    response: json,
  },
  {
    route: "POST /data/redrive",
    summary: "Moves the visible messages of a queue to another one. Needs --console-write",
    body: object({ name: text, target: text }),
    response: object({ moved: whole }),
  },
]
