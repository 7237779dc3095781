// Decides each different request once: policies do not change within a deployment, so a message costs one lookup.
import type { Allowed, Permission } from "../definition/permission.ts"
import { BoundedMap } from "../foundation/bounded-map.ts"
import type { AccessMode, Denial } from "./denial.ts"

export type Decision = Allowed | { message: string; denial: Denial }

export type DecisionOptions = {
  mode: AccessMode
  /** Called once for each different denial, in `enforce` and in `warn`; `warn` then allows the call. */
  onDenied(denial: Denial): void
}

/** @param key of the request @param decide is called for a key that is new */
export type DecideOnce = (key: string, decide: () => Decision) => Permission

// The path of a request to a REST API is part of the resource, so the number of decisions has no bound.
const MAX_DECISIONS = 10_000
const allowed: Allowed = { allowed: true }

export function createDecisions({ mode, onDenied }: DecisionOptions): DecideOnce {
  const decided = new BoundedMap<Permission>(MAX_DECISIONS)

  function enforced(decision: Decision): Permission {
    if ("allowed" in decision) return decision
    onDenied(decision.denial)
    return mode === "enforce" ? { allowed: false, message: decision.message } : allowed
  }

  return (key, decide) => {
    const known = decided.get(key)
    if (known) return known
    const permission = mode === "off" ? allowed : enforced(decide())
    decided.set(key, permission)
    return permission
  }
}
