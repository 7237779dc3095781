// Writes a request to a service as a command of the AWS CLI, with the local endpoint.
import { type CopyForm, shellQuoted } from "./copy-as.ts"
import type { Served, ServiceEntry } from "./entry.ts"

/** @returns nothing for an operation whose input was not kept */
export function copyServiceCall(call: ServiceEntry, { endpoints }: Pick<Served, "endpoints">): CopyForm[] {
  const endpoint = new Map(Object.entries(endpoints)).get(call.service)
  const command = call.service === "s3" ? objectCommand(call) : jsonCommand(call)
  if (endpoint === undefined || command === undefined) return []
  return [{ name: "AWS CLI", text: `aws ${command} --endpoint-url ${shellQuoted(endpoint)}` }]
}

function jsonCommand({ service, operation, input }: ServiceEntry): string | undefined {
  if (input === undefined) return undefined
  const name = operation.replace(/(?<=[a-z0-9])(?=[A-Z])/g, "-").toLowerCase()
  return `${service} ${name} --cli-input-json ${shellQuoted(input)}`
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
