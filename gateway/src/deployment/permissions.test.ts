// The permissions of the routes, evaluated on the permissions of a template.
import { expect, test } from "vitest"
import { defineChat } from "../cloudformation/testing/chat-template.ts"
import { silentLog } from "../foundation/log.ts"
import { ManualClock } from "../foundation/manual-clock.ts"
import { awsQuotas } from "../foundation/quotas.ts"
import { CredentialStore } from "../iam/credentials.ts"
import { createGuard } from "../iam/guard.ts"
import { createDeployment } from "./deployment.ts"
import { createRoleCredentials, routePermissions } from "./permissions.ts"

/** Permission for API Gateway to invoke the function, from one part of the API's ARN. */
const permission = (source: string) => ({
  Type: "AWS::Lambda::Permission",
  Properties: {
    Action: "lambda:InvokeFunction",
    FunctionName: { Ref: "Function" },
    Principal: "apigateway.amazonaws.com",
    SourceArn: { "Fn::Sub": `arn:aws:execute-api:\${AWS::Region}:\${AWS::AccountId}:\${Api}/${source}` },
  },
})

function permitting(...sources: string[]) {
  const clock = new ManualClock()
  const definition = defineChat(
    Object.fromEntries(sources.map((source, index) => [`Permission${index}`, permission(source)])),
  )
  const options = { clock, quotas: awsQuotas, mode: "enforce" as const, onDenied() {} }
  const deployment = createDeployment(definition, options)
  const credentials = new CredentialStore(clock)
  const guard = createGuard({ access: () => deployment.access, credentials, clock, mode: "enforce", log: silentLog })
  const stage = [...deployment.webSocketApis.values()][0]?.stages.get("dev")
  if (!stage) throw new Error("The stage is missing.")
  const functionArn = definition.functions[0]?.arn ?? ""
  return { ...routePermissions(() => deployment, guard), deployment, guard, stage, functionArn }
}

test("a route's function may be invoked with a permission for the route's part of the ARN", () => {
  const { mayInvoke, stage, functionArn } = permitting("dev/send")
  expect(mayInvoke(stage, "send", { functionArn, credentialsArn: undefined })).toMatchObject({
    allowed: true,
    statement: { policyName: "function policy", index: 0, policyType: "resource-based" },
  })
  expect(mayInvoke(stage, "$connect", { functionArn, credentialsArn: undefined })).toMatchObject({ allowed: false })
  expect(mayInvoke(stage, "send", { functionArn: `${functionArn}2`, credentialsArn: undefined })).toMatchObject({
    allowed: false,
  })
})

test("a new deployment decides again", () => {
  const [first, second] = [permitting("dev/send"), permitting("dev/other")]
  let deployment = first.deployment
  const { mayInvoke } = routePermissions(() => deployment, first.guard)
  const invoked = { functionArn: first.functionArn, credentialsArn: undefined }
  expect(mayInvoke(first.stage, "send", invoked)).toMatchObject({ allowed: true })
  deployment = second.deployment
  expect(mayInvoke(first.stage, "send", invoked)).toMatchObject({ allowed: false })
})

test("a route is decided once for a function and a role, because every message asks", () => {
  const { deployment, guard, stage, functionArn } = permitting("dev/send")
  const decided: string[] = []
  const access = {
    ...deployment.access,
    invokeFunction(call: Parameters<typeof deployment.access.invokeFunction>[0]) {
      decided.push(`${call.routeKey} ${call.credentialsArn ?? "no role"}`)
      return deployment.access.invokeFunction(call)
    },
  }
  const { mayInvoke } = routePermissions(() => ({ ...deployment, access }), guard)
  const credentialsArn = "arn:aws:iam::123456789012:role/elsewhere"
  const invoked = { functionArn, credentialsArn: undefined }
  for (const _ of [1, 2]) expect(mayInvoke(stage, "send", invoked)).toMatchObject({ allowed: true })
  for (const _ of [1, 2]) mayInvoke(stage, "other", invoked)
  for (const _ of [1, 2]) mayInvoke(stage, "send", { functionArn, credentialsArn })
  expect(decided).toEqual(["send no role", "other no role", `send ${credentialsArn}`])
})

test("an authorizer may be invoked with a permission for the authorizer's part of the ARN", () => {
  const { mayInvokeAuthorizer, stage, functionArn } = permitting("authorizers/abc", "dev/$connect")
  const invoked = { functionArn, credentialsArn: undefined, authorizerId: "abc" }
  expect(mayInvokeAuthorizer(stage, invoked)).toMatchObject({ allowed: true })
  expect(mayInvokeAuthorizer(stage, { ...invoked, authorizerId: "other" })).toMatchObject({ allowed: false })
})

test("a role of another account that is not in the template may invoke any function", () => {
  const { mayInvoke, mayInvokeAuthorizer, stage, functionArn } = permitting()
  const credentialsArn = "arn:aws:iam::123456789012:role/elsewhere"
  expect(mayInvoke(stage, "send", { functionArn, credentialsArn })).toMatchObject({ allowed: true })
  expect(mayInvokeAuthorizer(stage, { functionArn, credentialsArn, authorizerId: "a" })).toMatchObject({
    allowed: true,
  })
})

test("an unsigned handshake on an AWS_IAM route is rejected, and an unknown API key is unknown", () => {
  const { mayCallRoute, useApiKey, stage } = permitting()
  const request = { method: "GET", path: "/dev", query: "", headers: Object.create(null) }
  expect(mayCallRoute(stage, "$connect", request)).toMatchObject({ allowed: false })
  expect(useApiKey(stage, "k")).toEqual({ outcome: "unknown" })
})

/** A deployment with a role that API Gateway may assume, and a function's role that it may not. */
function withRoles() {
  const clock = new ManualClock()
  const trust = { Effect: "Allow", Principal: { Service: "apigateway.amazonaws.com" }, Action: "sts:AssumeRole" }
  const definition = defineChat({
    Caller: { Type: "AWS::IAM::Role", Properties: { AssumeRolePolicyDocument: { Statement: [trust] } } },
  })
  const options = { clock, quotas: awsQuotas, mode: "enforce" as const, onDenied() {} }
  const deployment = createDeployment(definition, options)
  const keys = new CredentialStore(clock)
  const arnOf = (logicalId: string) => definition.roles.find((role) => role.logicalId === logicalId)?.arn ?? ""
  return { clock, keys, credentialsOf: createRoleCredentials(() => deployment, keys), arnOf }
}

test("an integration's role has the same session for every request, until the session expires", () => {
  const { clock, keys, credentialsOf, arnOf } = withRoles()
  const first = credentialsOf(arnOf("Caller"))
  if ("allowed" in first) throw new Error(first.message)
  expect(keys.find(first.accessKeyId)?.principal).toMatchObject({ roleArn: arnOf("Caller") })
  clock.advance(12 * 60 * 60_000 - 1)
  expect(credentialsOf(arnOf("Caller"))).toBe(first)
  clock.advance(1)
  const second = credentialsOf(arnOf("Caller"))
  if ("allowed" in second) throw new Error(second.message)
  expect(second.accessKeyId).not.toBe(first.accessKeyId)
  expect(keys.find(second.accessKeyId)).toBeDefined()
})

test("a role that API Gateway may not assume has no credentials", () => {
  const { credentialsOf, arnOf } = withRoles()
  expect(credentialsOf(arnOf("Role"))).toMatchObject({ allowed: false })
})

test("an API key of the deployment is counted for the stage that uses its plan", () => {
  const clock = new ManualClock()
  const Stages = [{ ApiId: { Ref: "Api" }, Stage: "dev" }]
  const definition = defineChat({
    Plan: { Type: "AWS::ApiGateway::UsagePlan", Properties: { ApiStages: Stages, Quota: { Limit: 1, Period: "DAY" } } },
    Key: { Type: "AWS::ApiGateway::ApiKey", Properties: { Enabled: true, Value: "a-key-of-twenty-letters" } },
    PlanKey: {
      Type: "AWS::ApiGateway::UsagePlanKey",
      Properties: { KeyId: { Ref: "Key" }, KeyType: "API_KEY", UsagePlanId: { Ref: "Plan" } },
    },
  })
  const deployment = createDeployment(definition, { clock, quotas: awsQuotas, mode: "enforce", onDenied() {} })
  const guard = createGuard({
    access: () => deployment.access,
    credentials: new CredentialStore(clock),
    clock,
    mode: "enforce",
    log: silentLog,
  })
  const { useApiKey } = routePermissions(() => deployment, guard)
  const stage = [...deployment.webSocketApis.values()][0]?.stages.get("dev")
  if (!stage) throw new Error("The stage is missing.")
  const outcomes = [1, 2].map(() => useApiKey(stage, "a-key-of-twenty-letters").outcome)
  expect(outcomes[0]).not.toBe("unknown")
  expect(outcomes[1]).not.toBe(outcomes[0])
})
