// The deployment as the gateway describes it, and how much of a role's grants this run has used.
import type { DeniedEntry, EventEntry, Stage } from "./entry.ts"
import { methodOfCall, type Row } from "./row.ts"

export type Resource = { logicalId: string; stackName: string; constructPath?: string }

export type Integration = Partial<Resource> & {
  type: string
  functionId?: string
  role?: string
  uri?: string
  timeoutMs: number
}

export type Route = Resource & {
  routeKey: string
  authorization: string
  authorizer?: string
  apiKeyRequired: boolean
  returnsResponse: boolean
  integration?: Integration
}

export type DeployedStage = Resource & {
  stageName: string
  throttle: { rate?: number; burst?: number }
  routes: Route[]
}

export type Api = Resource & {
  apiId: string
  region: string
  accountId: string
  protocol: "WEBSOCKET" | "HTTP"
  routeSelectionExpression?: string
  authorizers: (Resource & { functionId?: string; identitySource: string[] })[]
  stages: DeployedStage[]
}

export type DeployedFunction = Resource & {
  functionName: string
  runtime: string
  handler: string
  timeoutMs: number
  memoryMb: number
  logFormat: string
  reservedConcurrency?: number
  variables: string[]
  role?: string
  invokedBy: (Resource & { principal: string; sourceArn?: string })[]
}

export type Grant = {
  policy: string
  sid?: string
  effect: "Allow" | "Deny"
  actions: string[]
  notActions: string[]
  resources: string[]
  notResources: string[]
  conditions?: string[]
}

export type Role = Resource & {
  roleName: string
  arn: string
  managedPolicies: string[]
  grants: Grant[]
  functions: string[]
}

export type NotServed = { logicalId: string; type: string; message: string }

export type Deployment = {
  outputs: Record<string, string>
  stages: Stage[]
  apis: Api[]
  functions: DeployedFunction[]
  roles: Role[]
  tables: (Resource & { name: string })[]
  buckets: (Resource & { name: string })[]
  queues: (Resource & { name: string })[]
  eventSources: (Resource & { queue: string; functionId?: string; batchSize: number })[]
  notServed: NotServed[]
}

export type RoleUse = {
  /** How often each grant was used, by its index. */
  uses: Map<number, number>
  denied: DeniedEntry[]
}

/** Which grants of a role the calls of this run have used. */
export function usesOf(role: Role, rows: readonly Row[], deployment: Deployment): RoleUse {
  const uses = new Map<number, number>()
  const denied = new Map<number, DeniedEntry>()
  const apis = new Map(deployment.apis.map((api) => [api.apiId, api]))
  for (const { entry } of rows) {
    if (entry.kind === "denied" && entry.role === role.logicalId) denied.set(entry.id, entry)
    if (entry.kind !== "event" || !isSignedBy(entry, role) || Number(entry.status) === 403) continue
    const api = apis.get(entry.apiId)
    if (!api) continue
    const path = `${entry.apiId}/${entry.stage}/${methodOfCall(entry)}/@connections/{connectionId}`
    const resource = `arn:aws:execute-api:${api.region}:${api.accountId}:${path}`
    role.grants.forEach((grant, index) => {
      if (allows(grant, "execute-api:ManageConnections", resource)) uses.set(index, (uses.get(index) ?? 0) + 1)
    })
  }
  return { uses, denied: [...denied.values()] }
}

function isSignedBy({ signer }: EventEntry, { roleName }: Role): boolean {
  return signer?.includes(`:assumed-role/${roleName}/`) === true
}

function allows(grant: Grant, action: string, resource: string): boolean {
  return (
    grant.effect === "Allow" &&
    grant.actions.some((pattern) => globMatches(pattern.toLowerCase(), action.toLowerCase())) &&
    grant.resources.some((pattern) => globMatches(pattern, resource))
  )
}

/** `*` stands for any text, `?` for one character. Linear: the pattern never steps back beyond its last `*`. */
function globMatches(pattern: string, text: string): boolean {
  let at = 0
  let star = -1
  let mark = 0
  let index = 0
  while (index < text.length) {
    if (pattern[at] === "*") {
      star = at++
      mark = index
    } else if (at < pattern.length && (pattern[at] === "?" || pattern[at] === text[index])) {
      at++
      index++
    } else if (star >= 0) {
      at = star + 1
      index = ++mark
    } else return false
  }
  while (pattern[at] === "*") at++
  return at === pattern.length
}

/** Whether this console can see that such an action was used: calls of the management API. */
export function isObserved(grant: Grant): boolean {
  return grant.actions.some((action) => action === "*" || action.toLowerCase().startsWith("execute-api:"))
}
