// Evaluates the policies that Lambda authorizers return.
import type { PolicyDocument } from "../definition/iam.ts"
import { evaluatePolicies } from "./evaluate-policy.ts"

/** Evaluates the policy of a Lambda authorizer for `methodArn`. */
export function evaluateAuthorizerPolicy(
  document: PolicyDocument,
  methodArn: string,
): "allow" | "explicit-deny" | "no-allow" {
  const policies = [{ name: "authorizer", document }]
  const { because } = evaluatePolicies(policies, { action: "execute-api:Invoke", resource: methodArn })
  return because === "unknown-operator" ? "no-allow" : because
}
