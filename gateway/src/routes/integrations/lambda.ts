// Runs a Lambda integration without proxy: the mapped body is the event, and the result is the response.
import type { InvocationCaller } from "../../definition/invocation.ts"
import { parseJson } from "../../foundation/parse-json.ts"
import { configurationFailure, type Failure, functionErrorLog, timeoutFailure } from "../failure.ts"
import type { RoutePorts } from "../ports.ts"
import { withTimeout } from "./lambda-proxy.ts"
import type { MappedRequest } from "./request-mapping.ts"
import type { BackendResponse } from "./response-mapping.ts"

export type LambdaTarget = { functionArn: string; timeoutMs: number; caller: InvocationCaller }

export async function callLambda(
  { functionArn, timeoutMs, caller }: LambdaTarget,
  { body, header }: MappedRequest,
  ports: Pick<RoutePorts, "invoke" | "invokeAsync" | "steadyClock">,
): Promise<BackendResponse | { failure: Failure }> {
  // AWS?: without a body the event is an empty object (int-lambda-empty-body)
  const payload = body.length === 0 ? "{}" : body.toString("utf8")
  // AWS?: a body that is not JSON cannot be an event (int-lambda-not-json)
  if (parseJson(payload) === undefined)
    return { failure: configurationFailure("Could not parse request body into json.") }
  if (header.get("x-amz-invocation-type") === "Event") {
    // AWS: with this header the function is invoked asynchronously, and Lambda responds with 202 (int-lambda-async)
    ports.invokeAsync(functionArn, payload)
    return { status: 202, headers: {}, body: Buffer.alloc(0), selectionValue: undefined }
  }
  const result = await withTimeout(ports.invoke(functionArn, payload, caller), timeoutMs, ports)
  if (!result) return { failure: timeoutFailure }
  switch (result.outcome) {
    case "responded":
      return { status: 200, headers: {}, body: Buffer.from(result.payload), selectionValue: undefined }
    case "function-error":
      return functionError(result.payload, result.errorMessage)
    case "throttled":
      return { failure: configurationFailure("Rate Exceeded.") }
    case "not-found":
      return { failure: configurationFailure(`Function not found: ${functionArn}`) }
  }
}

/** AWS: the error message selects the integration response (int-lambda-error-selection) */
function functionError(payload: string, errorMessage: string): BackendResponse {
  const log = functionErrorLog(errorMessage)
  // AWS?: a function that fails rejects the handshake with 502, as one behind a proxy does (int-lambda-error-connect)
  return { status: 200, headers: {}, body: Buffer.from(payload), selectionValue: errorMessage, resultStatus: 502, log }
}
