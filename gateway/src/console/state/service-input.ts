// Reads the recorded input of a request to a service.
import { isCut } from "./cut-text.ts"
import type { ServiceEntry } from "./entry.ts"

export type ServiceInput = Record<string, unknown>

/** @returns undefined when the input was not kept, was cut, or cannot be read */
export function inputOf({ service, operation, input }: ServiceEntry): ServiceInput | undefined {
  if (input === undefined || isCut(input)) return undefined
  if (service === "sns") return operation === "Publish" ? publishInput(new URLSearchParams(input)) : undefined
  try {
    const value: unknown = JSON.parse(input)
    return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as ServiceInput) : undefined
  } catch {
    return undefined
  }
}

const publishMembers = [
  "TopicArn",
  "TargetArn",
  "Message",
  "Subject",
  "MessageStructure",
  "MessageGroupId",
  "MessageDeduplicationId",
]

/** From the AWS query protocol, which numbers the members of maps. */
function publishInput(form: URLSearchParams): ServiceInput | undefined {
  if (form.get("Message") === null) return undefined
  const attributes: [string, object][] = []
  for (let index = 1; ; index++) {
    const prefix = `MessageAttributes.entry.${index}.`
    const name = form.get(`${prefix}Name`)
    if (name === null) break
    // A value in bytes is left to the JSON protocols.
    const StringValue = form.get(`${prefix}Value.StringValue`)
    if (StringValue === null) return undefined
    attributes.push([name, { DataType: form.get(`${prefix}Value.DataType`), StringValue }])
  }
  const given = publishMembers.filter((name) => form.has(name)).map((name) => [name, form.get(name)])
  return Object.fromEntries([
    ...given,
    ...(attributes.length > 0 ? [["MessageAttributes", Object.fromEntries(attributes)]] : []),
  ])
}
