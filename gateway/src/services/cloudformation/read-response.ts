// Reads what the function of a custom resource responded.
import { isRecord } from "../../foundation/is-record.ts"
import { parseJsonObject } from "../../foundation/parse-json.ts"
import { MAX_RESPONSE_BYTES } from "./response-receiver.ts"

export type CustomResourceResponse =
  | { isSuccess: true; physicalResourceId: string; data: Record<string, unknown> }
  | { isSuccess: false; reason: string }

/** @param request the ids that the response must repeat */
export function readResponse(
  body: string,
  request: Readonly<Record<"StackId" | "RequestId" | "LogicalResourceId", string>>,
): CustomResourceResponse {
  // AWS: a response has at most 4096 bytes (custom-resource-response-size)
  if (Buffer.byteLength(body) > MAX_RESPONSE_BYTES) {
    return failed(`its response has ${Buffer.byteLength(body)} bytes, and ${MAX_RESPONSE_BYTES} are allowed`)
  }
  const response = parse(body)
  if (response === undefined) return failed("its response is not a JSON object")
  for (const name of ["StackId", "RequestId", "LogicalResourceId"] as const) {
    // AWS: these are copied from the request (custom-resource-response)
    if (response.get(name) !== request[name]) return failed(`${name} of its response is not that of the request`)
  }
  const [status, reason, id, data] = ["Status", "Reason", "PhysicalResourceId", "Data"].map((name) =>
    response.get(name),
  )
  if (status === "FAILED")
    return failed(typeof reason === "string" && reason !== "" ? reason : "its response is FAILED")
  if (status !== "SUCCESS") return failed(`Status of its response is ${JSON.stringify(status)}, not SUCCESS or FAILED`)
  // AWS: a text of 1 to 1024 bytes (custom-resource-response)
  if (typeof id !== "string" || id === "" || Buffer.byteLength(id) > 1024) {
    return failed("PhysicalResourceId of its response must be a text of 1 to 1024 bytes")
  }
  if (data !== undefined && data !== null && !isRecord(data)) return failed("Data of its response must be an object")
  return { isSuccess: true, physicalResourceId: id, data: isRecord(data) ? data : {} }
}

function failed(reason: string): CustomResourceResponse {
  return { isSuccess: false, reason }
}

function parse(body: string): Map<string, unknown> | undefined {
  const fields = parseJsonObject(body)
  return fields && new Map(Object.entries(fields))
}
