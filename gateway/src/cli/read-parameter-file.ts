// Reads the file of `--parameters`: values of Systems Manager parameters and of secrets by name.
import { readFileSync } from "node:fs"
import { GatewayError } from "../foundation/errors.ts"

/**
 * A value that is not a text is JSON text for the function, as secrets with several fields are.
 * @throws GatewayError for a file that cannot be read or is not a JSON object
 */
export function readParameterFile(path: string): Record<string, string> {
  const parsed = parse(path)
  if (typeof parsed !== "object" || parsed === null || Array.isArray(parsed)) {
    throw invalidFile(path, "It is not a JSON object.")
  }
  const values = Object.entries(parsed).map(([name, value]) => [
    name,
    typeof value === "string" ? value : JSON.stringify(value),
  ])
  return Object.fromEntries(values)
}

function parse(path: string): unknown {
  try {
    return JSON.parse(readFileSync(path, "utf8"))
  } catch (error) {
    throw invalidFile(path, (error as Error).message)
  }
}

function invalidFile(path: string, reason: string): GatewayError {
  return new GatewayError("BAD_OPTION", `--parameters ${path} cannot be used: ${reason}`, {
    hint: 'Give a JSON file such as {"/app/key": "value", "database": {"user": "admin"}}.',
  })
}
