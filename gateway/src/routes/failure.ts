// A request that fails: what the client receives, and what is recorded.
import type { Blame } from "../definition/record.ts"

export type Failure = { status: number; message: string; blame: Blame; log?: string | string[] }

/** API Gateway could not call the integration. AWS: it is logged as a configuration error (int-lambda-permission) */
export function configurationFailure(cause: string): Failure {
  const log = `Execution failed due to configuration error: ${cause}`
  return { status: 500, message: "Internal server error", blame: "execution", log }
}

/** AWS: an integration that exceeds its timeout leads to this message (answer-integration-timeout) */
export const timeoutFailure: Failure = {
  status: 504,
  message: "Endpoint request timed out",
  blame: "integration",
  log: "Execution failed due to a timeout error",
}
