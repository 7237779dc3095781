// Reads the usage plans with their API keys.
import type { ApiKeyDefinition, UsagePlanDefinition, WebSocketApiDefinition } from "../../definition/api.ts"
import type { ResolvedTemplate } from "../resolve/resolve-template.ts"
import type { Resource } from "../resolve/resource.ts"

export function readUsagePlans(
  template: ResolvedTemplate,
  webSocketApis: readonly WebSocketApiDefinition[],
): UsagePlanDefinition[] {
  const keys = new Map(template.ofType("AWS::ApiGateway::ApiKey").map((key) => [key.ref, readKey(key)]))
  const members = template.ofType("AWS::ApiGateway::UsagePlanKey")
  const plans = template.ofType("AWS::ApiGateway::UsagePlan").map((plan) => {
    const ofPlan = members.filter((member) => member.properties.text("UsagePlanId") === plan.ref)
    return readPlan(
      plan,
      ofPlan.flatMap((member) => memberKey(member, keys)),
    )
  })
  for (const api of webSocketApis) reportStagesWithoutKey(template, api, plans)
  return plans
}

function readKey(resource: Resource): ApiKeyDefinition {
  const { properties } = resource
  const value = properties.text("Value")
  // AWS: a key is accepted where one of its usage plans covers the stage (permissions-usage-coverage)
  if (value !== undefined && (value.length < 20 || value.length > 128)) {
    resource.problem("Value must have 20 to 128 characters.")
  }
  return {
    ...resource.origin,
    keyId: resource.ref,
    // Differs: the value is the id of the key, which an output can show; AWS generates one (permissions-api-key-value)
    value: value ?? resource.ref,
    // AWS: a key is disabled unless `Enabled` is true (permissions-api-key-enabled)
    enabled: properties.flag("Enabled") ?? false,
  }
}

function memberKey(member: Resource, keys: ReadonlyMap<string, ApiKeyDefinition>): ApiKeyDefinition[] {
  const keyId = member.properties.required("KeyId")
  const key = keys.get(keyId)
  if (!key)
    member.notice(`The API key ${keyId} is not in the template, so its value is unknown and the key is rejected.`)
  return key ? [key] : []
}

function readPlan(resource: Resource, keys: ApiKeyDefinition[]): UsagePlanDefinition {
  const { properties } = resource
  const stages = properties.objects("ApiStages")
  if (stages.some((stage) => stage.value("Throttle") !== undefined)) {
    // Differs: throttles of single methods are not enforced, which is reported at start (permissions-usage-methods)
    resource.notice("Throttles of single methods in ApiStages are not enforced. The throttle of the plan is.")
  }
  const plan: UsagePlanDefinition = {
    ...resource.origin,
    stages: stages.flatMap((stage) => {
      const [apiId, stageName] = [stage.text("ApiId"), stage.text("Stage")]
      return apiId === undefined || stageName === undefined ? [] : [{ apiId, stageName }]
    }),
    keys,
  }
  const throttle = properties.object("Throttle")
  const [rateLimit, burstLimit] = [throttle?.number("RateLimit"), throttle?.number("BurstLimit")]
  if (throttle) {
    plan.throttle = { ...(rateLimit !== undefined && { rateLimit }), ...(burstLimit !== undefined && { burstLimit }) }
  }
  const quota = properties.object("Quota")
  if (quota) {
    const limit = quota.number("Limit")
    const period = quota.oneOf("Period", ["DAY", "WEEK", "MONTH"])
    if (limit !== undefined && period !== undefined) {
      plan.quota = { limit, offset: quota.number("Offset") ?? 0, period }
    } else resource.problem("Quota needs a Limit, and a Period of DAY, WEEK or MONTH.")
  }
  return plan
}

/** Without the notice, the only sign would be a 403 for every handshake. */
function reportStagesWithoutKey(
  template: ResolvedTemplate,
  { apiId, stages }: WebSocketApiDefinition,
  plans: readonly UsagePlanDefinition[],
): void {
  const route = template
    .ofType("AWS::ApiGatewayV2::Route")
    .find(({ properties }) => properties.text("ApiId") === apiId && properties.text("RouteKey") === "$connect")
  if (!route?.properties.flag("ApiKeyRequired")) return
  for (const { stageName } of stages) {
    const hasKey = plans.some(
      (plan) =>
        plan.keys.some((key) => key.enabled) &&
        plan.stages.some((stage) => stage.apiId === apiId && stage.stageName === stageName),
    )
    if (!hasKey) {
      route.notice(
        `It requires an API key, but no usage plan with an enabled key covers the stage ${stageName}. Every handshake is rejected.`,
      )
    }
  }
}
