// Writes a request to a service as a command of the AWS CLI, with the local endpoint, and as a test.
import { type CopyForm, shellQuoted } from "./copy-as.ts"
import { serviceTest } from "./copy-service-test.ts"
import type { Served, ServiceEntry } from "./entry.ts"
import { inputOf } from "./service-input.ts"

/** Names of endpoints, by the names of services in signatures. */
const endpointNames = new Map([
  ["events", "eventbridge"],
  ["secretsmanager", "secrets-manager"],
  ["states", "sfn"],
])

/** @returns nothing for an operation whose input was not kept */
export function copyServiceCall(call: ServiceEntry, { endpoints, region }: Served): CopyForm[] {
  const endpoint = endpointNames.get(call.service) ?? call.service
  const url = new Map(Object.entries(endpoints)).get(endpoint)
  if (url === undefined) return []
  const forms: CopyForm[] = []
  const command = call.service === "s3" ? objectCommand(call) : jsonCommand(call)
  if (command !== undefined) {
    forms.push({ name: "AWS CLI", text: `aws ${command} --endpoint-url ${shellQuoted(url)}` })
  }
  const test = serviceTest(call, { endpoint, region })
  if (test !== undefined) forms.push({ name: "Vitest test", text: test })
  return forms
}

function jsonCommand(call: ServiceEntry): string | undefined {
  const input = inputOf(call)
  if (input === undefined) return undefined
  const service = call.service === "states" ? "stepfunctions" : call.service
  const name = call.operation.replace(/(?<=[a-z0-9])(?=[A-Z])/g, "-").toLowerCase()
  return `${service} ${name} --cli-input-json ${shellQuoted(JSON.stringify(input))}`
}

function objectCommand({ operation, resource }: ServiceEntry): string | undefined {
  const uri = shellQuoted(`s3://${resource}`)
  const [bucket = "", ...key] = resource.split("/")
  const object = `--bucket ${shellQuoted(bucket)} --key ${shellQuoted(key.join("/"))}`
  return new Map([
    ["GetObject", `s3 cp ${uri} -`],
    ["PutObject", `s3 cp - ${uri}`],
    ["DeleteObject", `s3api delete-object ${object}`],
    ["ListBucket", `s3 ls ${uri}`],
  ]).get(operation)
}
