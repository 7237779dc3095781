// When the console reads what is stored.
import { expect, test } from "vitest"
import type { StandIn } from "./stand-in/stand-in-process.ts"
import { createStoredData } from "./stored-data.ts"

function storedData(standIn: Partial<StandIn>, endpoint?: string) {
  return createStoredData({
    region: "eu-west-1",
    credentials: { accessKeyId: "key", secretAccessKey: "secret" },
    endpoint: () => endpoint,
    dynamoDb: async () => standIn as StandIn,
    s3AndSqs: async () => standIn as StandIn,
    opened: new AsyncDisposableStack(),
  })
}

test("items are read when the stand-in, which may be restarting, is available", async () => {
  const available = async () => {
    throw new Error("It cannot be restarted.")
  }
  const data = storedData({ socketPath: "/nowhere", available }, "http://127.0.0.1:1")
  await expect(data.items("table", { filter: "" })).rejects.toThrow("It cannot be restarted.")
})

test("items of a DynamoDB that is elsewhere are not read", async () => {
  await expect(storedData({}).items("table", { filter: "" })).rejects.toThrow(
    "DynamoDB is not served by this gateway, so its data cannot be shown here.",
  )
})
