// The value of a secret as its template defines or generates it.
import { isRecord } from "../../foundation/is-record.ts"
import { parseJsonObject } from "../../foundation/parse-json.ts"
import { stableId } from "./physical-names.ts"
import type { Properties } from "./properties.ts"

type SecretResource = {
  stack: { stackName: string }
  logicalId: string
  properties: Properties
  problem(message: string): undefined
}

export function secretString(resource: SecretResource): string {
  const generate = resource.properties.object("GenerateSecretString")
  return resource.properties.text("SecretString") ?? (generate ? generated(resource, generate) : "{}")
}

/** The same password in each run: a client that has stored it can go on using it. */
function generated(resource: SecretResource, properties: Properties): string {
  const length = properties.number("PasswordLength") ?? 32
  const excluded = new Set(properties.text("ExcludeCharacters") ?? "")
  const seed = `${resource.stack.stackName}/${resource.logicalId}/secret`
  const blocks = Array.from({ length: Math.ceil(length / 8) }, (_, index) => stableId(`${seed}/${index}`, 64))
  const characters = [...blocks.join("")].filter((one) => !excluded.has(one))
  const password = characters.slice(0, length).join("")
  const key = properties.text("GenerateStringKey")
  if (key === undefined) return password
  const template = properties.value("SecretStringTemplate")
  const fields = typeof template === "string" ? parseJsonObject(template) : template
  if (isRecord(fields)) return JSON.stringify({ ...fields, [key]: password })
  return resource.problem("SecretStringTemplate must be a JSON object when GenerateStringKey is given.") ?? ""
}
