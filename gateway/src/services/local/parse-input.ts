// Parses the input of an operation of the AWS JSON protocol.
import { isRecord } from "../../foundation/is-record.ts"
import { parseJson } from "../../foundation/parse-json.ts"
import { ServiceError } from "./local-service.ts"

/** @throws ServiceError SerializationException for a body that is not a JSON object */
export function parseInput(body: string): Record<string, unknown> {
  const input = parseJson(body)
  if (isRecord(input)) return input
  throw new ServiceError("SerializationException", "The body of the request is not a JSON object.")
}
