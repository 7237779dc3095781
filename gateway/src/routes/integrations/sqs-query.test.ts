// Translates requests of the query protocol of SQS, also those that a client has made large.
import { expect, test } from "vitest"
import { readSqsQuery } from "./sqs-query.ts"

const entry = (number: number) =>
  `SendMessageBatchRequestEntry.${number}.Id=id${number}&SendMessageBatchRequestEntry.${number}.MessageBody=${number}`

test("the entries of a batch are numbered from 1, and a gap ends them", () => {
  const query = ["Action=SendMessageBatch", entry(2), entry(1), entry(4)].join("&")
  expect(readSqsQuery(query, "queue")).toEqual({
    action: "SendMessageBatch",
    input: {
      QueueUrl: "queue",
      Entries: [
        { Id: "id1", MessageBody: "1" },
        { Id: "id2", MessageBody: "2" },
      ],
    },
  })
})

test("an entry has numbers and attributes", () => {
  const prefix = "SendMessageBatchRequestEntry.1."
  const attribute = `${prefix}MessageAttribute.1`
  const query = `Action=SendMessageBatch&${prefix}DelaySeconds=5&${attribute}.Name=a&${attribute}.Value.DataType=String&${attribute}.Value.StringValue=b`
  expect(readSqsQuery(query, undefined)?.input.Entries).toEqual([
    { DelaySeconds: 5, MessageAttributes: { a: { DataType: "String", StringValue: "b" } } },
  ])
})

test("the time grows linearly with the entries", () => {
  const queryOf = (count: number) =>
    ["Action=SendMessageBatch", ...Array.from({ length: count }, (_, index) => entry(index + 1))].join("&")
  const timeOf = (query: string) => {
    const startedAt = performance.now()
    readSqsQuery(query, undefined)
    return performance.now() - startedAt
  }
  const small = timeOf(queryOf(1_000))
  // Ten times as many. Quadratic time would be a hundred times as long.
  expect(timeOf(queryOf(10_000))).toBeLessThan(Math.max(small, 20) * 40)
})
