// A local service of the AWS JSON protocol: the header X-Amz-Target names the operation, the body is its input.
import { randomUUID } from "node:crypto"
import type { LocalServiceName, NeededPermission } from "../../definition/permission.ts"
import { type LocalResponse, type LocalService, requirePermissions, ServiceError } from "./local-service.ts"
import { parseInput } from "./parse-input.ts"

export type JsonInput = Readonly<Record<string, unknown>>

export type JsonOperation = {
  /** The permissions that the caller needs; an input that is invalid needs none. */
  permissions(input: JsonInput): NeededPermission[]
  /** @returns the output @throws ServiceError */
  run(input: JsonInput): unknown
}

const DENIED = { code: "AccessDeniedException", status: 400 }

/** @param options.target what precedes the operation in X-Amz-Target: `AWSEvents` */
export function createJsonService(options: {
  name: LocalServiceName
  target: string
  operations: ReadonlyMap<string, JsonOperation>
}): LocalService {
  const { name, target, operations } = options
  return {
    name,
    async serve({ headers, body }, caller) {
      const [prefix, operationName = ""] = String(headers["x-amz-target"] ?? "").split(".")
      const operation = prefix === target ? operations.get(operationName) : undefined
      if (!operation) {
        const served = [...operations.keys()].join(", ")
        throw new ServiceError(
          "UnknownOperationException",
          `${operationName || "The request"} is not served. Served: ${served}.`,
        )
      }
      const input = parseInput(body.toString() || "{}")
      requirePermissions(caller, operation.permissions(input), DENIED)
      return jsonResponse(200, (await operation.run(input)) ?? {})
    },
    errorResponse({ code, status, message }) {
      // AWS: a denial has its message under a capitalized name (dynamodb-denied)
      return jsonResponse(status, { __type: code, [code === DENIED.code ? "Message" : "message"]: message })
    },
  }
}

function jsonResponse(status: number, body: unknown): LocalResponse {
  return {
    status,
    headers: { "content-type": "application/x-amz-json-1.1", "x-amzn-requestid": randomUUID() },
    body: JSON.stringify(body),
  }
}

/** A text of the input. @throws ServiceError when it is missing or of another type */
export function requiredText(input: JsonInput, name: string): string {
  const value = input[name]
  if (typeof value === "string" && value !== "") return value
  throw new ServiceError("ValidationException", `${name} must be a text that is not empty.`)
}
