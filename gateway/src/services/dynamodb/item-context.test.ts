// The values of condition keys for the items of a request.
import { expect, test } from "vitest"
import { itemContext } from "./item-context.ts"

const definition = {
  logicalId: "Table",
  stackName: "s",
  arn: "arn:aws:dynamodb:eu-west-1:123456789012:table/table",
  createTable: { TableName: "table", KeySchema: [{ AttributeName: "owner-id", KeyType: "HASH" }] },
}

function leadingKeys(KeyConditionExpression: string) {
  const request = {
    KeyConditionExpression,
    ExpressionAttributeNames: { "#o": "owner-id" },
    ExpressionAttributeValues: { ":o": { S: "me" }, ":t": { S: "2026" } },
  }
  const value = itemContext([request], { definition, enclosing: undefined })["dynamodb:LeadingKeys"]
  return typeof value === "function" ? value() : value
}

test.each<[expression: string, expected: string[] | undefined]>([
  ["#o = :o", ["me"]],
  ["owner-id=:o", ["me"]],
  ["createdAt > :t AND (#o = :o)", ["me"]],
  ["other-owner-id = :o", undefined],
  ["createdAt = :t", undefined],
])("the leading keys of the query %s are %j", (expression, expected) => {
  expect(leadingKeys(expression)).toEqual(expected)
})

test("the time grows linearly with an expression", () => {
  const timeOf = (letters: number) => {
    const startedAt = performance.now()
    leadingKeys("a".repeat(letters))
    return performance.now() - startedAt
  }
  timeOf(1000)
  const small = timeOf(10_000)
  // Twenty times as many. Quadratic time would be 400 times as long.
  expect(timeOf(200_000)).toBeLessThan(Math.max(small, 20) * 80)
})
