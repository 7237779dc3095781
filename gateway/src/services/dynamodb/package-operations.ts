// Operations of the package dynalite, for operations that consist of them.
import deleteItem from "dynalite/actions/deleteItem.js"
import describeTable from "dynalite/actions/describeTable.js"
import getItem from "dynalite/actions/getItem.js"
import putItem from "dynalite/actions/putItem.js"
import updateItem from "dynalite/actions/updateItem.js"
import type db from "dynalite/db/index.js"
import ofDelete from "dynalite/validations/deleteItem.js"
import ofDescribe from "dynalite/validations/describeTable.js"
import ofGet from "dynalite/validations/getItem.js"
import validations from "dynalite/validations/index.js"
import ofPut from "dynalite/validations/putItem.js"
import ofUpdate from "dynalite/validations/updateItem.js"

export type Store = ReturnType<typeof db.create>
export type BatchOperation = Parameters<Store["db"]["batch"]>[0][number]
export type Table = Parameters<Parameters<Store["getTable"]>[1]>[1]

const operations = {
  GetItem: { action: getItem, validation: ofGet },
  PutItem: { action: putItem, validation: ofPut },
  UpdateItem: { action: updateItem, validation: ofUpdate },
  DeleteItem: { action: deleteItem, validation: ofDelete },
  DescribeTable: { action: describeTable, validation: ofDescribe },
}

export type OperationName = keyof typeof operations

/** An input that is valid, with its expressions parsed. */
export type ValidInput = Record<string, unknown> & { TableName: string }

/** @throws DynamoDbError */
export function validInput(name: OperationName, input: object, store: Store): ValidInput {
  const { types, custom } = operations[name].validation
  const data = validations.checkTypes(structuredClone(input), types)
  validations.checkValidations(data, types, custom, store)
  return data as ValidInput
}

export function runOperation(
  name: OperationName,
  store: Store,
  input: ValidInput,
  done: (error: Error | null | undefined, output?: Record<string, unknown>) => void,
): void {
  operations[name].action(store, input, done)
}

/** @throws DynamoDbError when it does not exist */
export function tableOf(store: Store, name: string): Promise<Table> {
  return new Promise((resolve, reject) => {
    store.getTable(name, true, (error, table) => (error ? reject(error) : resolve(table)))
  })
}
