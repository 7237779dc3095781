// Adds the item to the error of a condition that does not hold, when the write asks for it. The package does not know the
// parameter.
import db from "dynalite/db/index.js"
import ofDelete from "dynalite/validations/deleteItem.js"
import ofPut from "dynalite/validations/putItem.js"
import ofUpdate from "dynalite/validations/updateItem.js"
import { isDynamoDbError } from "./dynamodb-error.ts"

const parameter = { ReturnValuesOnConditionCheckFailure: { type: "String", enum: ["ALL_OLD", "NONE"] } }

/** AWS: `ReturnValuesOnConditionCheckFailure` adds the item to the error (dynamodb-condition-item) */
export function returnItemsOfFailedConditions(): void {
  for (const { types } of [ofDelete, ofPut, ofUpdate]) Object.assign(types, parameter)
  const { checkConditional } = db
  db.checkConditional = (data, existing) => {
    const failure = checkConditional(data, existing)
    const { ReturnValuesOnConditionCheckFailure: returned } = data as Record<string, unknown>
    if (existing && returned === "ALL_OLD" && isDynamoDbError(failure)) failure.body.Item = existing
    return failure
  }
}
