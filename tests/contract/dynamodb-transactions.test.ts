// Transactions of DynamoDB, sent by a handler with the AWS SDK: what is written, why one is cancelled, and tokens.
import { describe, expect, test } from "vitest"
import {
  allow,
  deleteItems,
  deniedBy,
  functionResource,
  lineWith,
  type Result,
  shareCalling,
  suggestedStatement,
} from "./testing/service-calls.ts"

const table = (TableName: string, properties: Record<string, unknown> = {}) => ({
  Type: "AWS::DynamoDB::Table",
  Properties: {
    TableName,
    BillingMode: "PAY_PER_REQUEST",
    AttributeDefinitions: [{ AttributeName: "id", AttributeType: "S" }],
    KeySchema: [{ AttributeName: "id", KeyType: "HASH" }],
    ...properties,
  },
})

const byOwner = {
  AttributeDefinitions: ["id", "owner"].map((AttributeName) => ({ AttributeName, AttributeType: "S" })),
  GlobalSecondaryIndexes: [
    {
      IndexName: "by-owner",
      KeySchema: [{ AttributeName: "owner", KeyType: "HASH" }],
      Projection: { ProjectionType: "ALL" },
    },
  ],
}

const resources = { Accounts: table("accounts", byOwner), Transfers: table("transfers") }
const key = (id: string) => ({ id: { S: id } })
const put = (TableName: string, id: string, more: object = {}) => ({
  Put: { TableName, Item: { ...key(id), ...more } },
})
const add = (id: string, amount: number, more: object = {}) => ({
  Update: {
    TableName: "accounts",
    Key: key(id),
    UpdateExpression: "ADD balance :amount",
    ExpressionAttributeValues: { ":amount": { N: String(amount) } },
    ...more,
  },
})

type Send = (service: string, command: string, input: object) => Promise<Result>

const write = (send: Send, TransactItems: object[], more: object = {}) =>
  send("dynamodb", "TransactWriteItems", { TransactItems, ...more })

const itemOf = async (send: Send, TableName: string, id: string) =>
  (await send("dynamodb", "GetItem", { TableName, Key: key(id) })).Item

const startShared = shareCalling()

/** Both tables, without items. */
async function startTables({ statements = [allow("dynamodb:*")] } = {}) {
  const started = await startShared({ resources, statements })
  await deleteItems(started.local, ["accounts", "transfers"])
  return started
}

describe("TransactWriteItems", () => {
  test("puts, updates, deletes and checks items of several tables at once, with their indexes", async () => {
    const { send } = await startTables()
    for (const id of ["a", "b", "old"])
      await send("dynamodb", "PutItem", put("accounts", id, { balance: { N: "10" } }).Put)
    const result = await write(send, [
      add("a", -4),
      put("transfers", "1", { owner: { S: "ann" } }),
      put("accounts", "new", { owner: { S: "ann" } }),
      { Delete: { TableName: "accounts", Key: key("old") } },
      { ConditionCheck: { TableName: "accounts", Key: key("b"), ConditionExpression: "attribute_exists(id)" } },
    ])
    expect(result).toEqual({ status: 200 })
    expect(await itemOf(send, "accounts", "a")).toEqual({ ...key("a"), balance: { N: "6" } })
    expect(await itemOf(send, "accounts", "b")).toEqual({ ...key("b"), balance: { N: "10" } })
    expect(await itemOf(send, "accounts", "old")).toBeUndefined()
    expect(await itemOf(send, "transfers", "1")).toEqual({ ...key("1"), owner: { S: "ann" } })
    const { Items } = await send("dynamodb", "Query", {
      TableName: "accounts",
      IndexName: "by-owner",
      KeyConditionExpression: "#o = :o",
      ExpressionAttributeNames: { "#o": "owner" },
      ExpressionAttributeValues: { ":o": { S: "ann" } },
    })
    expect(Items).toEqual([{ ...key("new"), owner: { S: "ann" } }])
  })

  test("makes nothing when one action fails, and lists a reason for each action in their order", async () => {
    const { send } = await startTables()
    await send("dynamodb", "PutItem", put("accounts", "a", { name: { S: "ann" } }).Put)
    const isNew = { ConditionExpression: "attribute_not_exists(id)" }
    const result = await write(send, [
      put("transfers", "1"),
      { Put: { ...put("accounts", "a").Put, ...isNew, ReturnValuesOnConditionCheckFailure: "ALL_OLD" } },
      { Delete: { TableName: "accounts", Key: key("none") } },
      { ConditionCheck: { TableName: "accounts", Key: key("b"), ConditionExpression: "attribute_exists(id)" } },
      add("a2", 1, { UpdateExpression: "SET balance = balance + :amount" }),
    ])
    const codes = ["None", "ConditionalCheckFailed", "None", "ConditionalCheckFailed", "ValidationError"]
    const failed = { Code: "ConditionalCheckFailed", Message: "The conditional request failed" }
    expect(result).toEqual({
      error: "TransactionCanceledException",
      status: 400,
      message: `Transaction cancelled, please refer cancellation reasons for specific reasons [${codes.join(", ")}]`,
      reasons: [
        { Code: "None" },
        { ...failed, Item: { ...key("a"), name: { S: "ann" } } },
        { Code: "None" },
        failed,
        {
          Code: "ValidationError",
          Message: "The provided expression refers to an attribute that does not exist in the item",
        },
      ],
    })
    expect(await itemOf(send, "transfers", "1")).toBeUndefined()
    expect(await itemOf(send, "accounts", "a")).toEqual({ ...key("a"), name: { S: "ann" } })
    // An item is returned only where that is asked for.
    const { reasons } = await write(send, [{ Put: { ...put("accounts", "a").Put, ...isNew } }])
    expect(reasons).toEqual([failed])
    // The items are not locked any more.
    expect(await write(send, [put("transfers", "1"), put("accounts", "a")])).toEqual({ status: 200 })
  })

  const mismatch = "The provided key element does not match the schema"
  const typed = "One or more parameter values were invalid: Type mismatch for key id expected: S actual: N"
  test.each<[what: string, action: object, message: string]>([
    ["an item", { Put: { TableName: "transfers", Item: { id: { N: "1" } } } }, typed],
    ["a deletion", { Delete: { TableName: "transfers", Key: { id: { N: "1" } } } }, mismatch],
    [
      "a key with more attributes",
      { Delete: { TableName: "transfers", Key: { ...key("1"), at: { S: "x" } } } },
      mismatch,
    ],
  ])("is cancelled when the key of %s does not match the table", async (_what, action, message) => {
    const { send } = await startTables()
    const result = await write(send, [put("accounts", "a"), action])
    expect(result.error).toBe("TransactionCanceledException")
    expect(result.reasons).toEqual([{ Code: "None" }, { Code: "ValidationError", Message: message }])
    expect(await itemOf(send, "accounts", "a")).toBeUndefined()
  })

  const enumRule =
    "Value 'ALL' at 'returnConsumedCapacity' failed to satisfy constraint: Member must satisfy enum value set: [INDEXES, TOTAL, NONE]"
  const tooLong = (value: string, member: string, most: number) =>
    `Value ${value} at '${member}' failed to satisfy constraint: Member must have length less than or equal to ${most}`
  const syntax = { ConditionCheck: { TableName: "accounts", Key: key("a"), ConditionExpression: "attribute_exists(" } }
  const emptyKey =
    "One or more parameter values are not valid. The AttributeValue for a key attribute cannot contain an empty string value. Key: id"
  const many = Array.from({ length: 101 }, (_, index) => put("accounts", String(index)))
  test.each<[what: string, items: object[], more: object, error: string, message: string | RegExp]>([
    [
      "without an action",
      [],
      {},
      "ValidationException",
      "1 validation error detected: Value '[]' at 'transactItems' failed to satisfy constraint: Member must have length greater than or equal to 1",
    ],
    ["of 101 actions", many, {}, "ValidationException", /Member must have length less than or equal to 100$/],
    [
      "with several invalid members",
      [put("missing", "a")],
      { ReturnConsumedCapacity: "ALL", ClientRequestToken: "x".repeat(37) },
      "ValidationException",
      `2 validation errors detected: ${tooLong(`'${"x".repeat(37)}'`, "clientRequestToken", 36)}; ${enumRule}`,
    ],
    [
      "with an expression that is not valid, before a table that does not exist",
      [put("missing", "a"), syntax],
      {},
      "ValidationException",
      /^Invalid ConditionExpression: Syntax error/,
    ],
    [
      "of a table that does not exist",
      [put("missing", "a")],
      {},
      "ResourceNotFoundException",
      "Requested resource not found",
    ],
    ["with an empty key", [put("accounts", "a"), put("accounts", "")], {}, "ValidationException", emptyKey],
    [
      "with two actions on one item",
      [put("accounts", "a"), add("a", 1)],
      {},
      "ValidationException",
      "Transaction request cannot include multiple operations on one item",
    ],
    [
      "with an action of several kinds",
      [{ ...put("accounts", "a"), ...add("b", 1) }],
      {},
      "ValidationException",
      /^TransactItems can only contain one of/,
    ],
  ])("a request %s is rejected", async (_what, items, more, error, message) => {
    const { send } = await startTables()
    const result = await write(send, items, more)
    expect(result).toMatchObject({
      error,
      status: 400,
      message: typeof message === "string" ? message : expect.stringMatching(message),
    })
    expect(await itemOf(send, "accounts", "a")).toBeUndefined()
  })

  test("rejects items of more than 4 MB together", async () => {
    const { send } = await startTables()
    const TransactItems = Array.from({ length: 11 }, (_, index) => put("accounts", String(index)))
    const grown = await send("dynamodb", "TransactWriteItems", { TransactItems }, 395_000)
    expect(grown).toMatchObject({ error: "ValidationException", message: expect.stringContaining("at most 4194304") })
    expect(await itemOf(send, "accounts", "0")).toBeUndefined()
  })

  test("is made once for a token, whose reuse for another request is an error", async () => {
    const { send } = await startTables()
    const token = { ClientRequestToken: "token-1" }
    for (let attempt = 0; attempt < 3; attempt++)
      expect(await write(send, [add("a", 5)], token)).toEqual({ status: 200 })
    expect(await itemOf(send, "accounts", "a")).toEqual({ ...key("a"), balance: { N: "5" } })
    expect(await write(send, [add("a", 6)], token)).toMatchObject({ error: "IdempotentParameterMismatchException" })
    const failing = { ConditionExpression: "attribute_exists(id)" }
    const other = { ClientRequestToken: "token-2" }
    expect(await write(send, [add("b", 1, failing)], other)).toMatchObject({ error: "TransactionCanceledException" })
    await send("dynamodb", "PutItem", put("accounts", "b").Put)
    // A transaction that was cancelled is tried again.
    expect(await write(send, [add("b", 1, failing)], other)).toEqual({ status: 200 })
    expect(await itemOf(send, "accounts", "b")).toEqual({ ...key("b"), balance: { N: "1" } })
  })

  test("is made once for a token that many requests have at the same time", async () => {
    const { send } = await startTables()
    const input = { TransactItems: [add("a", 1)], ClientRequestToken: "token" }
    await send("concurrent", "TransactWriteItems", { count: 10, input })
    expect(await write(send, input.TransactItems, { ClientRequestToken: "token" })).toEqual({ status: 200 })
    expect(await itemOf(send, "accounts", "a")).toEqual({ ...key("a"), balance: { N: "1" } })
  })

  test("consumes twice the capacity of its actions", async () => {
    const { send } = await startTables()
    const check = { TableName: "transfers", Key: key("2"), ConditionExpression: "attribute_not_exists(id)" }
    const actions = [put("accounts", "a"), put("accounts", "b"), put("transfers", "1"), { ConditionCheck: check }]
    const result = await write(send, actions, { ReturnConsumedCapacity: "TOTAL" })
    expect(result.ConsumedCapacity).toEqual([
      { TableName: "accounts", CapacityUnits: 4 },
      { TableName: "transfers", CapacityUnits: 4 },
    ])
  })

  test("of which many run at once on the same items leave each item as if they ran one after the other", async () => {
    const { send } = await startTables()
    const TransactItems = [add("a", -1), add("b", 1)]
    const reversed = [add("b", 1), add("a", -1)]
    const done = await Promise.all([
      send("concurrent", "TransactWriteItems", { count: 20, input: { TransactItems } }),
      send("concurrent", "TransactWriteItems", { count: 20, input: { TransactItems: reversed } }),
    ])
    expect(done).toEqual([{ done: 20 }, { done: 20 }])
    expect(await itemOf(send, "accounts", "a")).toEqual({ ...key("a"), balance: { N: "-40" } })
    expect(await itemOf(send, "accounts", "b")).toEqual({ ...key("b"), balance: { N: "40" } })
  })

  test("has a record for each change in the stream of its table, and none when it is cancelled", async () => {
    const code = `export const handler = async ({ Records }) => {
      for (const { eventName, dynamodb: { Keys } } of Records) console.log("record", eventName, Keys.id.S)
    }`
    const { local, send } = await startShared({
      resources: {
        Table: table("streamed", { StreamSpecification: { StreamViewType: "KEYS_ONLY" } }),
        Reader: functionResource("reader", code),
        Mapping: {
          Type: "AWS::Lambda::EventSourceMapping",
          Properties: {
            EventSourceArn: { "Fn::GetAtt": ["Table", "StreamArn"] },
            FunctionName: { Ref: "Reader" },
            StartingPosition: "TRIM_HORIZON",
          },
        },
      },
      statements: [allow("dynamodb:*")],
    })
    const isThere = { TableName: "streamed", Key: key("none"), ConditionExpression: "attribute_exists(id)" }
    await write(send, [put("streamed", "cancelled"), { ConditionCheck: isThere }])
    await write(send, [put("streamed", "a"), put("streamed", "b")])
    await write(send, [{ Delete: { TableName: "streamed", Key: key("a") } }, put("streamed", "end")])
    await lineWith(local, "INSERT end")
    const lines = local.events.flatMap((event) =>
      event.event === "log" ? (/record (.*)/.exec(event.message)?.[1] ?? []) : [],
    )
    expect(lines.toSorted()).toEqual(["INSERT a", "INSERT b", "INSERT end", "REMOVE a"])
  })

  test("needs the permission of each of its actions", async () => {
    const { local, send } = await startTables({
      statements: [allow("dynamodb:PutItem", { "Fn::GetAtt": ["Accounts", "Arn"] })],
    })
    expect(await write(send, [put("accounts", "a")])).toEqual({ status: 200 })
    const check = { TableName: "accounts", Key: key("a"), ConditionExpression: "attribute_exists(id)" }
    expect(await write(send, [put("accounts", "b"), { ConditionCheck: check }])).toMatchObject({
      error: "AccessDeniedException",
      message: expect.stringContaining("dynamodb:ConditionCheckItem"),
    })
    expect(suggestedStatement(local)).toMatchObject({ Action: "dynamodb:ConditionCheckItem" })
    expect(deniedBy(local)).toHaveLength(1)
    expect(await write(send, [put("transfers", "1")])).toMatchObject({ error: "AccessDeniedException" })
  })
})

describe("TransactGetItems", () => {
  const get = (id: string, more: object = {}) => ({ Get: { TableName: "accounts", Key: key(id), ...more } })

  test("reads items in the order of its actions, with projections and consumed capacity", async () => {
    const { send } = await startTables()
    await write(send, [put("accounts", "a", { balance: { N: "1" }, name: { S: "ann" } }), put("accounts", "b")])
    const result = await send("dynamodb", "TransactGetItems", {
      TransactItems: [get("b"), get("none"), get("a", { ProjectionExpression: "balance" })],
      ReturnConsumedCapacity: "TOTAL",
    })
    expect(result).toEqual({
      status: 200,
      Responses: [{ Item: key("b") }, {}, { Item: { balance: { N: "1" } } }],
      ConsumedCapacity: [{ TableName: "accounts", CapacityUnits: 6 }],
    })
  })

  test("never sees a part of a transaction that writes", async () => {
    const { send } = await startTables()
    await write(send, [add("a", 0), add("b", 0)])
    // In the order in which they end.
    const done = await Promise.all([
      send("concurrent", "TransactWriteItems", { count: 30, input: { TransactItems: [add("a", -1), add("b", 1)] } }),
      send("concurrent", "TransactGetItems", { count: 30, input: { TransactItems: [get("a"), get("b")] } }),
    ])
    const reads = done.flatMap(({ results = [] }) => results as { Responses: { Item: { balance: { N: string } } }[] }[])
    const sums = reads.map(({ Responses }) => Responses.reduce((sum, { Item }) => sum + Number(Item.balance.N), 0))
    expect(sums).toEqual(Array.from({ length: 30 }, () => 0))
  })

  test("is cancelled when a key does not match the table, and rejected without a table", async () => {
    const { send } = await startTables()
    const wrong = await send("dynamodb", "TransactGetItems", {
      TransactItems: [get("a"), { Get: { TableName: "accounts", Key: {} } }],
    })
    expect(wrong).toMatchObject({
      error: "TransactionCanceledException",
      reasons: [{ Code: "None" }, { Code: "ValidationError" }],
    })
    const missing = { TransactItems: [{ Get: { TableName: "missing", Key: key("a") } }] }
    expect(await send("dynamodb", "TransactGetItems", missing)).toMatchObject({ error: "ResourceNotFoundException" })
  })
})

test.each<[name: string, input: object]>([
  ["DescribeContinuousBackups", { TableName: "accounts" }],
  ["ExecuteStatement", { Statement: "SELECT * FROM accounts WHERE id = 'a'" }],
  ["BatchExecuteStatement", { Statements: [{ Statement: "SELECT * FROM accounts WHERE id = 'a'" }] }],
  ["ExecuteTransaction", { TransactStatements: [{ Statement: "DELETE FROM accounts WHERE id = 'a'" }] }],
])("%s, which is not served, is rejected with a sentence", async (name, input) => {
  const { send } = await startTables()
  expect(await send("dynamodb", name, input)).toMatchObject({
    error: "UnknownOperationException",
    status: 400,
    message: expect.stringContaining(`${name} is not served by this gateway`),
  })
})
