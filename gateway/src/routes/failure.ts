// A request that fails: what the client receives, and what is recorded.
import type { Blame } from "../definition/record.ts"

export type Failure = { status: number; message: string; blame: Blame; log?: string | string[] }

export const internalServerError = "Internal server error"

/** API Gateway could not call the integration. AWS: it is logged as a configuration error (int-lambda-permission) */
export function configurationFailure(cause: string): Failure {
  return { status: 500, message: internalServerError, blame: "execution", log: configurationErrorLog(cause) }
}

/** AWS: an integration that exceeds its timeout leads to this message (answer-integration-timeout) */
export const timeoutFailure = {
  status: 504,
  message: "Endpoint request timed out",
  blame: "integration",
  log: "Execution failed due to a timeout error",
} as const satisfies Failure

/** AWS: a result that is not a proxy response is a 502 (answer-null) */
export const malformedResponseFailure = {
  status: 502,
  message: internalServerError,
  blame: "integration",
  log: configurationErrorLog("Malformed Lambda proxy response"),
} as const satisfies Failure

export function configurationErrorLog(cause: string): string {
  return `Execution failed due to configuration error: ${cause}`
}

export function functionErrorLog(errorMessage: string): string {
  return `Lambda execution failed due to customer function error: ${errorMessage}`
}
