// Writes with conditions, and tables that are described and named by their ARN, called by a handler with the AWS SDK.
import { describe, expect, test } from "vitest"
import { allow, deleteItems, shareCalling, suggestedStatement } from "./testing/service-calls.ts"

const TableName = "accounts"
const TableArn = "arn:aws:dynamodb:us-east-1:000000000000:table/accounts"
const table = (properties: Record<string, unknown> = {}) => ({
  Accounts: {
    Type: "AWS::DynamoDB::Table",
    Properties: {
      TableName,
      BillingMode: "PAY_PER_REQUEST",
      AttributeDefinitions: [{ AttributeName: "id", AttributeType: "S" }],
      KeySchema: [{ AttributeName: "id", KeyType: "HASH" }],
      ...properties,
    },
  },
})
const statements = [allow("dynamodb:*")]
const key = { id: { S: "a" } }
const stored = { ...key, balance: { N: "1" } }

const startShared = shareCalling()

/** The table without items. */
async function startTable() {
  const started = await startShared({ resources: table(), statements })
  await deleteItems(started.local, [TableName])
  return started
}

describe("a write whose condition does not hold", () => {
  const absent = { ConditionExpression: "attribute_not_exists(id)" }
  const update = { UpdateExpression: "SET n = :n", ExpressionAttributeValues: { ":n": { N: "2" } } }
  const writes: [command: string, input: object][] = [
    ["PutItem", { Item: { ...key, balance: { N: "2" } }, ...absent }],
    ["UpdateItem", { Key: key, ...update, ...absent }],
    ["DeleteItem", { Key: key, ...absent }],
  ]

  test.each(writes)("returns the item when %s asks for it", async (command, input) => {
    const { send } = await startTable()
    await send("dynamodb", "PutItem", { TableName, Item: stored })
    const failing = { TableName, ...input }
    const error = { error: "ConditionalCheckFailedException", message: "The conditional request failed", status: 400 }
    expect(await send("dynamodb", command, failing)).toEqual(error)
    const asking = { ...failing, ReturnValuesOnConditionCheckFailure: "ALL_OLD" }
    expect(await send("dynamodb", command, asking)).toEqual({ ...error, item: stored })
    const none = { ...failing, ReturnValuesOnConditionCheckFailure: "NONE" }
    expect(await send("dynamodb", command, none)).toEqual(error)
    expect(await send("dynamodb", "GetItem", { TableName, Key: key })).toMatchObject({ Item: stored })
  })

  test("returns no item when there is none, and rejects another value of the parameter", async () => {
    const { send } = await startTable()
    const input = { TableName, Item: key, ConditionExpression: "attribute_exists(id)" }
    const asking = { ...input, ReturnValuesOnConditionCheckFailure: "ALL_OLD" }
    expect(await send("dynamodb", "PutItem", asking)).toEqual({
      error: "ConditionalCheckFailedException",
      message: "The conditional request failed",
      status: 400,
    })
    const wrong = { ...input, ReturnValuesOnConditionCheckFailure: "ALL_NEW" }
    expect(await send("dynamodb", "PutItem", wrong)).toMatchObject({
      error: "ValidationException",
      message: expect.stringContaining("'returnValuesOnConditionCheckFailure' failed to satisfy constraint"),
    })
  })
})

test("a table that is described names its latest stream, and one without a stream has none", async () => {
  const TableName = "streaming"
  const StreamSpecification = { StreamViewType: "NEW_IMAGE" }
  const resources = {
    Streaming: table({ TableName, StreamSpecification }).Accounts,
    Plain: table({ TableName: "plain" }).Accounts,
  }
  const { send } = await startShared({ resources, statements })
  const { Streams } = await send("dynamodb-streams", "ListStreams", { TableName })
  const [{ StreamArn, StreamLabel } = {}] = Streams as { StreamArn?: string; StreamLabel?: string }[]
  expect(await send("dynamodb", "DescribeTable", { TableName })).toMatchObject({
    Table: {
      TableName,
      TableStatus: "ACTIVE",
      LatestStreamArn: StreamArn,
      LatestStreamLabel: StreamLabel,
      StreamSpecification: { StreamEnabled: true, StreamViewType: "NEW_IMAGE" },
    },
  })
  expect(StreamLabel).toMatch(/^\d{4}-/)
  const { Table } = await send("dynamodb", "DescribeTable", { TableName: "plain" })
  expect(Table).not.toHaveProperty("LatestStreamArn")
  expect(await send("dynamodb", "DescribeTable", { TableName: "missing" })).toMatchObject({
    error: "ResourceNotFoundException",
  })
})

describe("the ARN of a table", () => {
  test("is accepted as its name by operations, batches and transactions", async () => {
    const { send } = await startTable()
    const put = (id: string) => ({ Item: { id: { S: id } } })
    expect(await send("dynamodb", "PutItem", { TableName: TableArn, ...put("a") })).toMatchObject({ status: 200 })
    await send("dynamodb", "BatchWriteItem", { RequestItems: { [TableArn]: [{ PutRequest: put("b") }] } })
    await send("dynamodb", "TransactWriteItems", { TransactItems: [{ Put: { TableName: TableArn, ...put("c") } }] })
    const { Items } = await send("dynamodb", "Scan", { TableName: TableArn })
    expect((Items as { id: { S: string } }[]).map(({ id }) => id.S).toSorted()).toEqual(["a", "b", "c"])
    const described = await send("dynamodb", "DescribeTable", { TableName: TableArn })
    expect(described).toMatchObject({ Table: { TableName } })
  })

  test("needs the permission on the table, and one of a table that is missing is not found", async () => {
    const { local, send } = await startShared({ resources: table() })
    const input = { TableName: TableArn, Key: key }
    expect(await send("dynamodb", "GetItem", input)).toMatchObject({
      error: "AccessDeniedException",
      message: expect.stringContaining(`dynamodb:GetItem on resource: ${TableArn}`),
    })
    expect(suggestedStatement(local)).toMatchObject({ Resource: { "Fn::GetAtt": ["Accounts", "Arn"] } })
    const allowed = await startTable()
    const missing = { ...input, TableName: TableArn.replace("accounts", "missing") }
    expect(await allowed.send("dynamodb", "GetItem", missing)).toMatchObject({ error: "ResourceNotFoundException" })
  })
})
