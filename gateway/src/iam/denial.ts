// Describes a denial for the user: what was denied, why, and the fix.
import type { PolicyDecision } from "./evaluate-policy.ts"

export type AccessMode = "enforce" | "warn" | "off"

/** With the fix for the template. */
export type Denial = {
  action: string
  /** ARN */
  resource: string
  /** The role's logical id, or the calling service where no role is involved. */
  role: string
  principalArn: string
  /** The deciding statement, or that no statement allows the call. */
  explanation: string
  /** The line of CDK that would allow it; for templates without constructs, the statement or resource to add. */
  cure: string
}

/** @param holder whose policies were evaluated, as a logical id */
export function explainDecision(
  { because, statement, operator }: PolicyDecision,
  holder: string,
  action: string,
): string {
  const at = statement ? `statement ${statement.Sid ?? statement.index + 1} of ${statement.policyName}` : ""
  switch (because) {
    case "explicit-deny":
      return `${at} denies it.`
    case "unknown-operator":
      return `${at} has the condition operator ${operator}, which is not supported, so it allows nothing.`
    default:
      return `No policy of ${holder} allows ${action} on this resource.`
  }
}
