// The messages of a batch that stay on the queue after the invocation.
import fc from "fast-check"
import { describe, expect, test } from "vitest"
import { functionError } from "./invocation.ts"
import { failedMessages, sqsEvent } from "./sqs-event.ts"

const messages = ["a", "b", "c"].map((MessageId) => ({ MessageId }))
const answered = (answer: unknown) =>
  ({ outcome: "responded", payload: JSON.stringify(answer), requestId: "r" }) as const
const failures = (...ids: unknown[]) =>
  answered({ batchItemFailures: ids.map((itemIdentifier) => ({ itemIdentifier })) })

describe("of a function that reports item failures", () => {
  test.each([
    ["none, for an empty list", failures(), []],
    ["none, for null", answered(null), []],
    ["none, for an object without a list", answered({ ok: true }), []],
    ["those it names", failures("b"), ["b"]],
    ["all, for an unknown id", failures("b", "z"), ["a", "b", "c"]],
    ["all, for an empty id", failures(""), ["a", "b", "c"]],
    ["all, for an id that is no text", failures(7), ["a", "b", "c"]],
    ["all, for a list that is none", answered({ batchItemFailures: "b" }), ["a", "b", "c"]],
    ["all, for an entry that is null", answered({ batchItemFailures: [null] }), ["a", "b", "c"]],
    ["all, when it fails", functionError("r", { errorType: "E", errorMessage: "" }), ["a", "b", "c"]],
    ["all, when it is throttled", { outcome: "throttled", requestId: "r" } as const, ["a", "b", "c"]],
  ])("stay %s", (_what, result, expected) => {
    expect([...failedMessages(result, messages, true)].sort()).toEqual(expected)
  })

  test("stay only messages of the batch, whatever it answers", () => {
    fc.assert(
      fc.property(fc.jsonValue(), (answer) => {
        const failed = failedMessages(answered(answer), messages, true)
        expect([...failed].every((id) => ["a", "b", "c"].includes(id))).toBe(true)
      }),
    )
  })
})

test("of a function that does not report items, none stay when it succeeds", () => {
  expect(failedMessages(failures("a"), messages, false).size).toBe(0)
})

test("the attributes of a message have Lambda's shape", () => {
  const event = sqsEvent(
    [
      {
        MessageId: "m",
        ReceiptHandle: "h",
        Body: "hello",
        MD5OfBody: "5d41",
        Attributes: { ApproximateReceiveCount: "1" },
        MessageAttributes: {
          text: { DataType: "String", StringValue: "x" },
          bytes: { DataType: "Binary", BinaryValue: new Uint8Array([1, 2]) },
        },
      },
    ],
    "arn:aws:sqs:eu-west-1:1:q",
    "eu-west-1",
  )
  expect(event).toEqual({
    Records: [
      {
        messageId: "m",
        receiptHandle: "h",
        body: "hello",
        attributes: { ApproximateReceiveCount: "1" },
        messageAttributes: {
          text: { stringValue: "x", stringListValues: [], binaryListValues: [], dataType: "String" },
          bytes: { binaryValue: "AQI=", stringListValues: [], binaryListValues: [], dataType: "Binary" },
        },
        md5OfBody: "5d41",
        eventSource: "aws:sqs",
        eventSourceARN: "arn:aws:sqs:eu-west-1:1:q",
        awsRegion: "eu-west-1",
      },
    ],
  })
})
