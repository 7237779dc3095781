// The deployment as the gateway describes it, and how much of a role's grants this run has used.
import type { DecidingStatement, DeniedEntry, Stage } from "./entry.ts"
import type { Row } from "./row.ts"

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
  protocol: "WEBSOCKET" | "HTTP" | "REST"
  routeSelectionExpression?: string
  authorizers: (Resource & { functionId?: string; issuer?: string; identitySource: string[] })[]
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
  /** Of the statement in the policy, from 0. */
  index: number
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

export type FunctionUrl = Resource & {
  /** The local address. */
  url?: string
  functionId?: string
  authType: "NONE" | "AWS_IAM"
  allowedOrigins: string[]
  /** Permissions of the function for callers of the URL. */
  permittedBy: (Resource & { principal: string })[]
}

export type CustomDomain = Resource & {
  domainName: string
  /** `key`: the start of the path; empty for every other path. Without a stage, the next segment names it. */
  mappings: (Resource & { key: string; api: string; stageName?: string; url?: string })[]
}

export type Deployment = {
  outputs: Record<string, string>
  stages: Stage[]
  apis: Api[]
  functionUrls: FunctionUrl[]
  customDomains: CustomDomain[]
  functions: DeployedFunction[]
  roles: Role[]
  tables: (Resource & { name: string })[]
  buckets: (Resource & { name: string })[]
  queues: (Resource & { name: string })[]
  eventSources: (Resource & { queue: string; functionId?: string; batchSize: number })[]
  notServed: NotServed[]
}

export type RoleUse = {
  /** How often each grant was used, by `grantKey`; managed policies by their names. */
  uses: ReadonlyMap<string, number>
  /** The actions of this run, with how often each was allowed. */
  actions: ReadonlyMap<string, number>
  denied: DeniedEntry[]
}

/** Which grants of a role the calls of this run have used. */
export function usesOf(role: Role, rows: readonly Row[], deployment: Deployment): RoleUse {
  const uses = new Map<string, number>()
  const actions = new Map<string, number>()
  const denied = new Map<number, DeniedEntry>()
  const integrated = routesAs(role, deployment)
  const count = (counts: Map<string, number>, key: string) => counts.set(key, (counts.get(key) ?? 0) + 1)
  const use = (action: string, statement: DecidingStatement | undefined) => {
    count(actions, action)
    if (statement?.policyType !== "identity-based") return
    count(uses, grantKey({ policy: statement.policyName, index: statement.index }))
    count(uses, statement.policyName)
  }
  for (const { entry } of rows) {
    if (entry.kind === "denied" && entry.role === role.logicalId) denied.set(entry.id, entry)
    if (entry.kind === "service" && isSignedBy(entry, role)) {
      for (const { action, allowed, statement } of entry.decisions) if (allowed) use(action, statement)
    }
    if (entry.kind !== "event" || !entry.allowedBy) continue
    if (isSignedBy(entry, role)) use("execute-api:ManageConnections", entry.allowedBy)
    else if (integrated.has(routeOf(entry.apiId, entry.stage, entry.routeKey)))
      use("lambda:InvokeFunction", entry.allowedBy)
  }
  return { uses, actions, denied: [...denied.values()] }
}

export function grantKey({ policy, index }: Pick<Grant, "policy" | "index">): string {
  return `${policy} ${index}`
}

function isSignedBy({ signer }: { signer?: string }, { roleName }: Role): boolean {
  return signer?.includes(`:assumed-role/${roleName}/`) === true
}

/** The routes whose functions API Gateway invokes as the role. */
function routesAs(role: Role, { apis }: Deployment): ReadonlySet<string> {
  const routes = apis.flatMap(({ apiId, stages }) =>
    stages.flatMap(({ stageName, routes }) =>
      routes.flatMap(({ routeKey, integration }) =>
        integration?.role === role.logicalId ? routeOf(apiId, stageName, routeKey) : [],
      ),
    ),
  )
  return new Set(routes)
}

function routeOf(apiId: string, stageName: string, routeKey: string | undefined): string {
  return `${apiId} ${stageName} ${routeKey}`
}

const observed = [
  "execute-api",
  "dynamodb",
  "s3",
  "sqs",
  "kinesis",
  "lambda",
  "events",
  "secretsmanager",
  "sns",
  "ssm",
  "states",
]

/** Whether this console can see that such an action was used: calls of what the gateway serves. */
export function isObserved({ actions }: Grant): boolean {
  return actions.some((action) => action === "*" || observed.includes(action.toLowerCase().split(":")[0] ?? ""))
}

const polling = /^sqs:(\*|ReceiveMessage|DeleteMessage|GetQueueAttributes|GetQueueUrl|ChangeMessageVisibility)$/i

/** Whether Lambda uses a grant to poll a queue for a function of the role. Here the gateway polls as the administrator. */
export function isForPolling({ actions }: Grant, role: Role, { eventSources }: Deployment): boolean {
  const hasSource = eventSources.some(({ functionId = "" }) => role.functions.includes(functionId))
  return hasSource && actions.every((action) => polling.test(action))
}
