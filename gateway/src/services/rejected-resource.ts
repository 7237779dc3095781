// The error of a resource that a stand-in rejects, as AWS would when it creates it.
import type { Origin } from "../definition/origin.ts"
import { GatewayError } from "../foundation/errors.ts"

export function rejectedResource({ logicalId }: Origin, cause: unknown): GatewayError {
  const reason = cause instanceof Error ? cause.message : String(cause)
  return new GatewayError("TEMPLATE_INVALID", `The template would not deploy. ${logicalId}: ${reason}`, {
    hint: "Correct the resource named above and start again.",
    cause,
  })
}
