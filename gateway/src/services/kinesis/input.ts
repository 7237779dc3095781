// What the operations of Kinesis have in common: the stream that an input names, and the bounds of its values.
import type { JsonInput } from "../local/json-service.ts"
import { ServiceError } from "../local/local-service.ts"
import type { DataStream, DataStreams } from "./data-streams.ts"

/** A stream is named by its name or its ARN. */
export function streamNameOf({ StreamName, StreamARN }: JsonInput): string | undefined {
  const [arn, name] = [StreamARN, StreamName].map((value) => (typeof value === "string" ? value : undefined))
  return arn === undefined ? name : arn.split(":stream/")[1]
}

/** @throws ServiceError when the stream does not exist, or none is named */
export function namedStream(streams: Pick<DataStreams, "find">, input: JsonInput, accountId: string): DataStream {
  const name = streamNameOf(input)
  if (name === undefined) throw invalidArgument("Either StreamName or StreamARN must be given.")
  const found = streams.find(name)
  if (found) return found
  throw notFound(`Stream ${name} under account ${accountId} not found.`)
}

/** A whole number of the input within its bounds. */
export function limitOf(
  input: JsonInput,
  name: string,
  { most, otherwise }: { most: number; otherwise: number },
): number {
  const value = input[name]
  if (value === undefined || value === null) return otherwise
  if (typeof value === "number" && Number.isInteger(value) && value >= 1 && value <= most) return value
  const rule = Number(value) < 1 ? "greater than or equal to 1" : `less than or equal to ${most}`
  throw constraint(String(value), name, `have value ${rule}`)
}

/** AWS: the error of a value that violates a constraint (kinesis-validation) */
export function constraint(value: string, name: string, rule: string): ServiceError {
  const member = name.charAt(0).toLowerCase() + name.slice(1)
  const problem = `Value '${value}' at '${member}' failed to satisfy constraint: Member must ${rule}`
  return new ServiceError("ValidationException", `1 validation error detected: ${problem}`)
}

export function invalidArgument(message: string): ServiceError {
  return new ServiceError("InvalidArgumentException", message)
}

export function notFound(message: string): ServiceError {
  return new ServiceError("ResourceNotFoundException", message)
}
