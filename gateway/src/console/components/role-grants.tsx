// The grants of a role: used in this run, not used yet, and what was denied with its fix.
import {
  type Deployment,
  type Grant,
  grantKey,
  isForPolling,
  isObserved,
  type Role,
  usesOf,
} from "../state/deployment.ts"
import type { Store } from "../state/store.ts"
import { Origin } from "./origin.tsx"
import { SuggestedFix } from "./suggested-fix.tsx"
import { useStore } from "./use-store.ts"

export function RoleGrants({ role, deployment, store }: { role: Role; deployment: Deployment; store: Store }) {
  useStore(store)
  const { uses, actions, denied } = usesOf(role, store.rows(), deployment)
  return (
    <article class="card" aria-label={`Role ${role.logicalId}`}>
      <h3>{role.logicalId}</h3>
      <Origin {...role} />
      {role.functions.length > 0 && <p>Of {role.functions.join(", ")}</p>}
      {actions.size > 0 && (
        <p>
          This run used{" "}
          {[...actions].map(([action, count]) => (
            <span key={action} class="used-action">
              <code>{action}</code> {count}×
            </span>
          ))}
        </p>
      )}
      {role.grants.length + role.managedPolicies.length === 0 && <p>No grants.</p>}
      <ul class="grants">
        {role.managedPolicies.map((arn) => (
          <li key={arn}>
            <ManagedBadge uses={uses.get(arn.split("/").at(-1) ?? arn) ?? 0} /> {arn.split("/").at(-1)}
          </li>
        ))}
        {role.grants.map((grant, index) => (
          <GrantItem
            key={index}
            grant={grant}
            uses={uses.get(grantKey(grant)) ?? 0}
            isPolling={isForPolling(grant, role, deployment)}
          />
        ))}
        {denied.map((denial) => (
          <li key={denial.id} class="denied">
            <span class="badge" data-use="denied">
              denied
            </span>{" "}
            <code>{denial.action}</code>
            <SuggestedFix fix={denial.cure} />
          </li>
        ))}
      </ul>
    </article>
  )
}

function ManagedBadge({ uses }: { uses: number }) {
  return (
    <span class="badge" data-use={uses > 0 ? "used" : ""}>
      {uses > 0 ? `used ${uses}×` : "managed"}
    </span>
  )
}

function GrantItem({ grant, uses, isPolling }: { grant: Grant; uses: number; isPolling: boolean }) {
  const use = uses > 0 || isPolling ? "used" : isObserved(grant) ? "unused" : "granted"
  const label = uses > 0 ? `used ${uses}×` : isPolling ? "polls" : use === "unused" ? "never used" : "granted"
  const actions = grant.actions.length > 0 ? grant.actions : grant.notActions.map((action) => `not ${action}`)
  const resources =
    grant.resources.length > 0 ? grant.resources : grant.notResources.map((resource) => `not ${resource}`)
  return (
    <li>
      <span class="badge" data-use={grant.effect === "Deny" ? "denied" : use}>
        {grant.effect === "Deny" ? "deny" : label}
      </span>{" "}
      <code>{actions.join(", ")}</code>
      <small>
        on {resources.join(", ")} {grant.conditions && `if ${grant.conditions.join(", ")}`} ({grant.sid ?? grant.policy}
        )
      </small>
    </li>
  )
}
