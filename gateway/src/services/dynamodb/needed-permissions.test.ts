// The permissions that requests to DynamoDB need, each expected by hand from the documentation.
import { describe, expect, test } from "vitest"
import type { NeededPermission } from "../../definition/permission.ts"
import { neededPermissions } from "./needed-permissions.ts"

const tables = [
  {
    logicalId: "Table",
    stackName: "Stack",
    arn: "arn:aws:dynamodb:r:1:table/t",
    createTable: {
      TableName: "t",
      KeySchema: [
        { AttributeName: "owner", KeyType: "HASH" },
        { AttributeName: "at", KeyType: "RANGE" },
      ],
      GlobalSecondaryIndexes: [{ IndexName: "i", KeySchema: [{ AttributeName: "state", KeyType: "HASH" }] }],
    },
  },
]

const needed = (operation: string, input: object) =>
  neededPermissions({ operation, input: { ...input } }, tables).map(({ action, resource }) => `${action} ${resource}`)

const put = { TableName: "t", Item: { owner: { S: "me" } } }
const key = { owner: { S: "me" }, at: { N: "1" } }

describe("needs the permission", () => {
  test.each<[operation: string, input: object, expected: string[]]>([
    ["GetItem", { TableName: "t", Key: key }, ["dynamodb:GetItem table/t"]],
    ["PutItem", put, ["dynamodb:PutItem table/t"]],
    ["UpdateItem", { TableName: "t", Key: key }, ["dynamodb:UpdateItem table/t"]],
    ["DeleteItem", { TableName: "t", Key: key }, ["dynamodb:DeleteItem table/t"]],
    ["Query", { TableName: "t" }, ["dynamodb:Query table/t"]],
    ["Query", { TableName: "t", IndexName: "i" }, ["dynamodb:Query table/t/index/i"]],
    ["Scan", { TableName: "t" }, ["dynamodb:Scan table/t"]],
    ["Scan", { TableName: "t", IndexName: "i" }, ["dynamodb:Scan table/t/index/i"]],
    ["DescribeTable", { TableName: "t" }, ["dynamodb:DescribeTable table/t"]],
    ["CreateTable", { TableName: "new" }, ["dynamodb:CreateTable table/new"]],
    ["DescribeTimeToLive", { TableName: "t" }, ["dynamodb:DescribeTimeToLive table/t"]],
    ["ListTables", {}, ["dynamodb:ListTables table/*"]],
    ["ListTables", { TableName: "t" }, ["dynamodb:ListTables table/*"]],
    ["DescribeEndpoints", {}, ["dynamodb:DescribeEndpoints *"]],
    [
      "TagResource",
      { ResourceArn: "arn:aws:dynamodb:r:1:table/t", TableName: "other" },
      ["dynamodb:TagResource arn:aws:dynamodb:r:1:table/t"],
    ],
    [
      "GetItem",
      { TableName: "arn:aws:dynamodb:r:1:table/t", Key: key },
      ["dynamodb:GetItem arn:aws:dynamodb:r:1:table/t"],
    ],
    [
      "BatchGetItem",
      { RequestItems: { t: { Keys: [key, key] }, u: { Keys: [] } } },
      ["dynamodb:BatchGetItem table/t", "dynamodb:BatchGetItem table/u"],
    ],
    [
      "BatchWriteItem",
      { RequestItems: { t: [{ PutRequest: { Item: {} } }], u: [{ DeleteRequest: { Key: key } }] } },
      ["dynamodb:BatchWriteItem table/t", "dynamodb:BatchWriteItem table/u"],
    ],
    [
      "TransactWriteItems",
      {
        TransactItems: [
          { Put: put },
          { Update: { TableName: "u" } },
          { Delete: { TableName: "v" } },
          { ConditionCheck: { TableName: "w" } },
        ],
      },
      [
        "dynamodb:PutItem table/t",
        "dynamodb:UpdateItem table/u",
        "dynamodb:DeleteItem table/v",
        "dynamodb:ConditionCheckItem table/w",
      ],
    ],
    [
      "TransactGetItems",
      { TransactItems: [{ Get: { TableName: "t" } }, { Get: { TableName: "u" } }] },
      ["dynamodb:GetItem table/t", "dynamodb:GetItem table/u"],
    ],
    ["ExecuteStatement", { Statement: `SELECT a, b FROM "t" WHERE x = 'FROM z'` }, ["dynamodb:PartiQLSelect table/t"]],
    ["ExecuteStatement", { Statement: `select * from "t"."i"` }, ["dynamodb:PartiQLSelect table/t/index/i"]],
    ["ExecuteStatement", { Statement: `INSERT INTO t VALUE {'a': 1}` }, ["dynamodb:PartiQLInsert table/t"]],
    ["ExecuteStatement", { Statement: `\n UPDATE "t" SET a=1` }, ["dynamodb:PartiQLUpdate table/t"]],
    ["ExecuteStatement", { Statement: `DELETE FROM "t" WHERE a=1` }, ["dynamodb:PartiQLDelete table/t"]],
    [
      "BatchExecuteStatement",
      { Statements: [{ Statement: `SELECT * FROM t` }, { Statement: `DELETE FROM u` }] },
      ["dynamodb:PartiQLSelect table/t", "dynamodb:PartiQLDelete table/u"],
    ],
    [
      "ExecuteTransaction",
      { TransactStatements: [{ Statement: `EXISTS(SELECT * FROM t WHERE a=1)` }, { Statement: `UPDATE u SET a=1` }] },
      ["dynamodb:PartiQLSelect table/t", "dynamodb:PartiQLUpdate table/u"],
    ],
  ])("%s of %j: %j", (operation, input, expected) => {
    expect(needed(operation, input)).toEqual(expected)
  })

  test.each<[string, object]>([
    ["PutItem", {}],
    ["PutItem", { TableName: 3 }],
    ["BatchWriteItem", { RequestItems: [] }],
    ["TransactWriteItems", { TransactItems: {} }],
    ["TransactWriteItems", { TransactItems: [{ Put: null }, { Other: put }, 3] }],
    ["ExecuteStatement", { Statement: "DROP TABLE t" }],
  ])("of nothing for an invalid %s %j, which the service rejects", (operation, input) => {
    expect(needed(operation, input)).toEqual([])
  })
})

function keysOf({ context = {} }: NeededPermission): Record<string, unknown> {
  const values = Object.entries(context).map(([name, value]) => [
    name.replace("dynamodb:", ""),
    typeof value === "function" ? value() : value,
  ])
  return Object.fromEntries(values)
}

describe("the condition keys", () => {
  const contextOf = (operation: string, input: object) =>
    neededPermissions({ operation, input: { ...input } }, tables).map(keysOf)

  test.each<[what: string, operation: string, input: object, expected: unknown]>([
    ["of an item that is put", "PutItem", put, ["me"]],
    ["of a key", "GetItem", { TableName: "t", Key: key }, ["me"]],
    ["of a number", "GetItem", { TableName: "t", Key: { owner: { N: "12" } } }, ["12"]],
    [
      "of a query",
      "Query",
      {
        TableName: "t",
        KeyConditionExpression: "#at > :from AND #owner = :owner",
        ExpressionAttributeNames: { "#owner": "owner", "#at": "at" },
        ExpressionAttributeValues: { ":owner": { S: "me" }, ":from": { N: "1" } },
      },
      ["me"],
    ],
    [
      "of a query of an index, which has another partition key",
      "Query",
      {
        TableName: "t",
        IndexName: "i",
        KeyConditionExpression: "state=:s",
        ExpressionAttributeValues: { ":s": { S: "new" } },
      },
      ["new"],
    ],
    [
      "of a query in the former form",
      "Query",
      { TableName: "t", KeyConditions: { owner: { AttributeValueList: [{ S: "me" }], ComparisonOperator: "EQ" } } },
      ["me"],
    ],
    ["of a scan, which has none", "Scan", { TableName: "t" }, undefined],
    ["of a table that is not in the template", "GetItem", { TableName: "x", Key: key }, undefined],
    [
      "of a batch, each once",
      "BatchGetItem",
      { RequestItems: { t: { Keys: [key, key, { owner: { S: "you" } }] } } },
      ["me", "you"],
    ],
    [
      "of a batch of writes",
      "BatchWriteItem",
      {
        RequestItems: {
          t: [{ PutRequest: { Item: { owner: { S: "me" } } } }, { DeleteRequest: { Key: { owner: { S: "you" } } } }],
        },
      },
      ["me", "you"],
    ],
  ])("dynamodb:LeadingKeys %s", (_what, operation, input, expected) => {
    expect(contextOf(operation, input)[0]).toMatchObject({ LeadingKeys: expected })
  })

  test("dynamodb:Attributes has the top-level attributes of maps and expressions, without values and functions", () => {
    const input = {
      TableName: "t",
      Key: key,
      UpdateExpression: "SET #n = if_not_exists(total, :zero), address.city = :c REMOVE old",
      ConditionExpression: "attribute_exists (owner) AND size(tags) > :one AND NOT #m.inner IN (:a)",
      ExpressionAttributeNames: { "#n": "name", "#m": "map", __proto__: "x" },
    }
    const { Attributes } = contextOf("UpdateItem", input)[0] ?? {}
    expect([...(Attributes as string[])].sort()).toEqual(
      ["address", "at", "map", "name", "old", "owner", "tags", "total"].sort(),
    )
  })

  test.each<[string, object, unknown]>([
    ["GetItem", { TableName: "t", Key: key }, "ALL_ATTRIBUTES"],
    ["GetItem", { TableName: "t", Key: key, ProjectionExpression: "at" }, "SPECIFIC_ATTRIBUTES"],
    ["Query", { TableName: "t", IndexName: "i" }, "ALL_PROJECTED_ATTRIBUTES"],
    ["Query", { TableName: "t", Select: "COUNT" }, "COUNT"],
    ["PutItem", put, undefined],
  ])("dynamodb:Select of %s %j is %s", (operation, input, expected) => {
    expect(contextOf(operation, input)[0]?.Select).toBe(expected)
  })

  test("dynamodb:EnclosingOperation is the transaction, and absent for a single item", () => {
    expect(contextOf("TransactWriteItems", { TransactItems: [{ Put: put }] })[0]).toMatchObject({
      EnclosingOperation: "TransactWriteItems",
      ReturnValues: "NONE",
    })
    expect(contextOf("PutItem", { ...put, ReturnValues: "ALL_OLD" })[0]).toMatchObject({
      EnclosingOperation: undefined,
      ReturnValues: "ALL_OLD",
    })
  })
})
