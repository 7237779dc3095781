// Finds the action and the table of PartiQL statements.
import { isRecord } from "../../foundation/is-record.ts"

export type PartiQlStatement = {
  /** `PartiQLSelect` */
  action: string
  tableName: string
  indexName?: string
}

/** The statements of ExecuteStatement, BatchExecuteStatement or ExecuteTransaction. Others are not returned. */
export function statementsOf(input: Record<string, unknown>): PartiQlStatement[] {
  const listed = [input.Statements, input.TransactStatements].flatMap((list) => (Array.isArray(list) ? list : []))
  return [input, ...listed].flatMap((one) => {
    const statement = isRecord(one) && typeof one.Statement === "string" ? readStatement(one.Statement) : undefined
    return statement ? [statement] : []
  })
}

// A name is in double quotes, or of letters, digits and `_-.`; an index follows its table after a dot.
const name = String.raw`(?:"([^"]+)"|([\w-]+))`
const target = String.raw`\s*${name}(?:\.${name})?`
// AWS: reading, inserting, updating and deleting have a permission each (dynamodb-permissions-partiql)
const verbs: readonly [action: string, statement: RegExp][] = [
  ["PartiQLSelect", new RegExp(String.raw`^\s*(?:EXISTS\s*\(\s*)?SELECT\b.*?\bFROM\b${target}`, "is")],
  ["PartiQLInsert", new RegExp(String.raw`^\s*INSERT\s+INTO\b${target}`, "is")],
  ["PartiQLUpdate", new RegExp(String.raw`^\s*UPDATE\b${target}`, "is")],
  ["PartiQLDelete", new RegExp(String.raw`^\s*DELETE\s+FROM\b${target}`, "is")],
]

function readStatement(text: string): PartiQlStatement | undefined {
  for (const [action, statement] of verbs) {
    const [, quoted, plain, quotedIndex, plainIndex] = statement.exec(text) ?? []
    const tableName = quoted ?? plain
    if (tableName === undefined) continue
    const indexName = quotedIndex ?? plainIndex
    return { action, tableName, ...(indexName !== undefined && { indexName }) }
  }
  return undefined
}
