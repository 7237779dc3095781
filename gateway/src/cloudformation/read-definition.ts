// Reads stacks into a definition, and rejects what AWS would reject.
import type { HttpRouteDefinition } from "../definition/api.ts"
import { isPending } from "../definition/custom-resource.ts"
import type { Definition } from "../definition/definition.ts"
import { keyOf, type Origin } from "../definition/origin.ts"
import { expandOpenApi } from "./openapi/expand-openapi.ts"
import { createReport, type Report } from "./report.ts"
import { partitionOf } from "./resolve/partition.ts"
import { type ExternalValues, type ResolvedTemplate, resolveTemplate } from "./resolve/resolve-template.ts"
import { readBucketNotifications } from "./resources/bucket-notifications.ts"
import { readBuckets } from "./resources/buckets.ts"
import { readCustomDomains } from "./resources/custom-domains.ts"
import { providersOf, readCustomResources } from "./resources/custom-resources.ts"
import { readDataStreams } from "./resources/data-streams.ts"
import { readEventBuses, readRules } from "./resources/event-rules.ts"
import { readEventSourceMappings } from "./resources/event-source-mappings.ts"
import { readFunctionUrls } from "./resources/function-urls.ts"
import { readFunctions } from "./resources/functions.ts"
import { readHttpApis } from "./resources/http-apis.ts"
import { readPermissions } from "./resources/permissions.ts"
import { readQueues } from "./resources/queues.ts"
import { readResourcePolicies } from "./resources/resource-policies.ts"
import { readRestApis } from "./resources/rest-apis.ts"
import { readRoles } from "./resources/roles.ts"
import { readSchedules } from "./resources/schedules.ts"
import { readSecrets } from "./resources/secrets.ts"
import { readSites } from "./resources/sites.ts"
import { readParameters } from "./resources/ssm-parameters.ts"
import { functionsOfMachine, readStateMachines } from "./resources/state-machines.ts"
import { readStreamMappings } from "./resources/stream-mappings.ts"
import { readTables } from "./resources/tables.ts"
import { readSubscriptions, readTopics } from "./resources/topics.ts"
import { reportUnservedResources } from "./resources/unserved-resources.ts"
import { readUsagePlans } from "./resources/usage-plans.ts"
import { readUserPools } from "./resources/user-pools.ts"
import { readWebSocketApis } from "./resources/websocket-apis.ts"
import { expandTemplate } from "./sam/expand-template.ts"
import { defaultAccountId, defaultRegion } from "./source/read-assembly.ts"
import type { Stack } from "./source/stack.ts"

/**
 * @param stacks all stacks that are deployed together, nested ones included.
 * @throws GatewayError TEMPLATE_INVALID with every problem.
 */
export function readDefinition(stacks: readonly Stack[], external?: ExternalValues): Definition {
  const report = createReport({ namesStacks: stacks.length > 1 })
  const template = resolveTemplate(
    stacks.map((stack) => {
      const ofStack = reportOf(stack, report)
      return { ...stack, template: expandOpenApi(expandTemplate(stack.template, ofStack), ofStack) }
    }),
    report,
    external,
  )
  const webSocketApis = readWebSocketApis(template)
  const httpApis = readHttpApis(template)
  const restApis = readRestApis(template)
  const functionUrls = readFunctionUrls(template)
  const eventSourceMappings = readEventSourceMappings(template)
  const streamMappings = readStreamMappings(template)
  const bucketNotifications = readBucketNotifications(template)
  const subscriptions = readSubscriptions(template)
  const rules = readRules(template)
  const schedules = readSchedules(template)
  const stateMachines = readStateMachines(template)
  const targets = new Set([
    ...functionsOfApis({ webSocketApis, httpApis, restApis }),
    ...functionUrls.map((url) => url.functionArn),
    ...[...eventSourceMappings, ...streamMappings].map((mapping) => mapping.functionArn),
    ...bucketNotifications.map((notification) => notification.targetArn),
    ...subscriptions.map((subscription) => subscription.endpointArn),
    ...rules.flatMap((rule) => rule.targets.map((target) => target.targetArn)),
    ...schedules.map((schedule) => schedule.target.targetArn),
    ...stateMachines.flatMap(functionsOfMachine),
    ...providersOf(template),
  ])
  const { region, accountId } = environmentOf(template, stacks)
  const functions = readFunctions(template, targets)
  const definition = {
    region,
    accountId,
    ...partitionOf(region),
    regions: [...new Set([region, ...stacks.map((stack) => stack.region)])],
    webSocketApis,
    httpApis,
    restApis,
    functionUrls,
    customDomains: readCustomDomains(template, { webSocketApis, httpApis, restApis }),
    functions,
    roles: readRoles(template),
    permissions: readPermissions(template),
    resourcePolicies: readResourcePolicies(template),
    usagePlans: readUsagePlans(template, webSocketApis),
    tables: readTables(template),
    buckets: readBuckets(template),
    queues: readQueues(template),
    dataStreams: readDataStreams(template),
    bucketNotifications,
    eventSourceMappings,
    streamMappings,
    topics: readTopics(template),
    subscriptions,
    eventBuses: readEventBuses(template),
    rules,
    schedules,
    parameters: readParameters(template),
    secrets: readSecrets(template),
    stateMachines,
    sites: readSites(template),
    userPools: readUserPools(template),
    customResources: readCustomResources(template, functions, external?.customResources ?? new Map()),
    outputs: template.outputs(),
  }
  reportUnservedResources(template, stacks)
  reportUnusedParameters(stacks, report)
  reportUnknownParameters(stacks, report)
  report.throwProblems()
  return leaveOutPending({ ...definition, leftOut: [], notices: report.notices() }, report.deferred())
}

/** The problems of a template name its stack. */
function reportOf({ stackName }: Stack, report: Report): Report {
  return { ...report, problem: (subject, message) => report.problem({ ...subject, stackName }, message) }
}

/**
 * A parameter without a value that is used ends the start. Here, only those that nothing uses are left.
 * Differs: they are reported, where CloudFormation rejects the template (template-parameter-values)
 */
function reportUnusedParameters(stacks: readonly Stack[], report: Report): void {
  for (const { template, parameters, nestedIn } of stacks) {
    if (nestedIn !== undefined) continue
    for (const [name, { Default }] of template.parameters) {
      if (Default !== undefined || parameters.has(name) || isOfCdkAsset(name)) continue
      report.advice({ logicalId: name, type: "Parameter" }, "CloudFormation needs a value, and there is no default.")
    }
  }
}

/** A mistyped name would leave the default of the parameter that was meant. */
function reportUnknownParameters(stacks: readonly Stack[], report: Report): void {
  const roots = stacks.filter(({ nestedIn }) => nestedIn === undefined)
  const known = new Set(roots.flatMap(({ template }) => [...template.parameters.keys()]))
  const names = [...known].filter((name) => !isOfCdkAsset(name)).join(", ")
  for (const name of new Set(roots.flatMap(({ parameters }) => [...parameters.keys()]))) {
    if (known.has(name) || isOfCdkAsset(name)) continue
    const message = `No template has this parameter, so its value is not used. Parameters: ${names || "none"}.`
    report.advice({ logicalId: name, type: "Parameter" }, message)
  }
}

/** The CDK gives the parameters of its assets a value when it deploys. */
function isOfCdkAsset(parameter: string): boolean {
  return parameter.startsWith("AssetParameters")
}

/**
 * What depends on a custom resource cannot exist before it.
 * @param deferred keys of resources with such a property, which can have become a default value
 */
function leaveOutPending(definition: Definition, deferred: ReadonlySet<string>): Definition {
  const isLeftOut = (entry: unknown) => isPending(entry) || deferred.has(keyOf(entry as Origin))
  if (deferred.size === 0 && !isPending({ ...definition, customResources: [] })) return definition
  const leftOut = new Set<string>()
  const complete = Object.entries(definition).map(([name, entries]) => {
    if (!Array.isArray(entries) || name === "customResources") return [name, entries]
    const kept = entries.filter((entry) => !isLeftOut(entry))
    for (const entry of entries.filter(isLeftOut)) leftOut.add(keyOf(entry as Origin))
    return [name, kept]
  })
  return { ...definition, ...Object.fromEntries(complete), leftOut: [...leftOut] }
}

/** The environment of the first API: the administrator and the services are in it. */
function environmentOf(template: ResolvedTemplate, stacks: readonly Stack[]): { region: string; accountId: string } {
  const [api] = template.ofType("AWS::ApiGatewayV2::Api", "AWS::ApiGateway::RestApi")
  return api?.stack ?? stacks[0] ?? { region: defaultRegion, accountId: defaultAccountId }
}

function functionsOfApis({
  webSocketApis,
  httpApis,
  restApis,
}: Pick<Definition, "webSocketApis" | "httpApis" | "restApis">): string[] {
  const routes = webSocketApis.flatMap((api) =>
    Object.values(api.deployments).flatMap((one) => Object.values(one.routes)),
  )
  const arns = [
    ...routes.map((route) => route.integration?.functionArn),
    ...webSocketApis.flatMap((api) => Object.values(api.authorizers).map((authorizer) => authorizer.functionArn)),
    ...httpApis.flatMap((api) => api.routes.flatMap((route) => [route.functionArn, authorizerOf(route)])),
    ...restApis.flatMap((api) => api.methods.map((method) => method.integration?.functionArn)),
    ...restApis.flatMap((api) => Object.values(api.authorizers).map((authorizer) => authorizer.functionArn)),
  ]
  return arns.filter((arn) => arn !== undefined)
}

function authorizerOf({ authorization }: HttpRouteDefinition): string | undefined {
  return authorization.type === "CUSTOM" ? authorization.authorizer.functionArn : undefined
}
