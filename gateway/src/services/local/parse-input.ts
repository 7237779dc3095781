// Parses the input of an operation of the AWS JSON protocol.
import { parseJsonObject } from "../../foundation/parse-json.ts"
import { ServiceError } from "./local-service.ts"

/** @throws ServiceError SerializationException for a body that is not a JSON object */
export function parseInput(body: string): Record<string, unknown> {
  const input = parseJsonObject(body)
  if (input) return input
  throw new ServiceError("SerializationException", "The body of the request is not a JSON object.")
}
