// Reads the custom resources that functions of the template create, and reports the others.
import type { CustomResourceDefinition, CustomResourceState } from "../../definition/custom-resource.ts"
import type { FunctionDefinition } from "../../definition/lambda.ts"
import { keyOf } from "../../definition/origin.ts"
import { isRecord } from "../../foundation/is-record.ts"
import { recordFrom } from "../../foundation/record-from.ts"
import { isCustomResource } from "../resolve/custom-resources.ts"
import { unqualifiedArn } from "../resolve/function-arn.ts"
import { pseudoParameter } from "../resolve/pseudo-parameters.ts"
import type { ResolvedTemplate } from "../resolve/resolve-template.ts"
import type { Resource } from "../resolve/resource.ts"

export function readCustomResources(
  template: ResolvedTemplate,
  functions: readonly FunctionDefinition[],
  states: ReadonlyMap<string, CustomResourceState>,
): CustomResourceDefinition[] {
  const all = new Map(template.all().map((resource) => [keyOf(resource.origin), resource]))
  return template.all().flatMap((resource) => {
    if (!isCustomResource(resource.type)) return []
    const state = states.get(keyOf(resource.origin))
    if (state && "notServed" in state) return resource.notice(state.notServed) ?? []
    const token = resource.properties.text("ServiceToken") ?? ""
    const functionArn = unqualifiedArn(token)
    const isOfTemplate = template.ofType("AWS::Lambda::Function").some((one) => one.attribute("Arn") === functionArn)
    if (!isOfTemplate) return resource.notice(unknownProvider(token)) ?? []
    return [readCustomResource(resource, { functionArn, all, functions })]
  })
}

/** ARNs of the functions that create custom resources. */
export function providersOf(template: ResolvedTemplate): string[] {
  const resources = template.all().filter(({ type }) => isCustomResource(type))
  return resources.map(({ properties }) => unqualifiedArn(properties.text("ServiceToken") ?? ""))
}

function unknownProvider(serviceToken: string): string {
  const provider = /^arn:[^:]*:sns:/.test(serviceToken)
    ? "Requests of custom resources are not sent to topics"
    : "Its ServiceToken is not a function of this template"
  return `${provider}, so it is not created and its attributes are placeholders.`
}

type Surroundings = {
  functionArn: string
  all: ReadonlyMap<string, Resource>
  functions: readonly FunctionDefinition[]
}

function readCustomResource(
  resource: Resource,
  { functionArn, all, functions }: Surroundings,
): CustomResourceDefinition {
  const { properties, stack, origin, type } = resource
  const values = recordFrom(properties.names().map((name) => [name, asSent(properties.value(name))]))
  const definition: CustomResourceDefinition = {
    ...origin,
    type,
    stackId: String(pseudoParameter(stack, "AWS::StackId", resource.problem)),
    region: stack.region,
    functionArn,
    properties: values,
    // AWS: an hour, unless it says otherwise (custom-resource-timeout)
    timeoutMs: 1000 * (properties.number("ServiceTimeout") ?? 3600),
    dependsOn: customResourcesBelow(resource, all),
  }
  const seconds = definition.timeoutMs / 1000
  if (!Number.isInteger(seconds) || seconds < 1 || seconds > 3600) {
    resource.problem(`ServiceTimeout must be a whole number from 1 to 3600, not ${seconds}.`)
  }
  if (values.InstallLatestAwsSdk !== undefined) prepareSdkCall(definition, functions)
  return definition
}

/** AWS: a number or a boolean is sent as text (custom-resource-properties) */
function asSent(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(asSent)
  if (isRecord(value)) return recordFrom(Object.entries(value).map(([name, entry]) => [name, asSent(entry)]))
  return value === null || value === undefined ? value : String(value)
}

function customResourcesBelow(resource: Resource, all: ReadonlyMap<string, Resource>): string[] {
  const { stackName } = resource.origin
  const seen = new Set<string>()
  const found = new Set<string>()
  const visit = (from: Resource): void => {
    for (const logicalId of from.references()) {
      const key = keyOf({ stackName, logicalId })
      const next = all.get(key)
      if (!next || seen.has(key)) continue
      seen.add(key)
      if (isCustomResource(next.type)) found.add(key)
      visit(next)
    }
  }
  visit(resource)
  return [...found]
}

/** The packages of the AWS SDK for the services that are served, by the names that CDK accepts without punctuation. */
const sdkPackages: ReadonlyMap<string, string> = new Map([
  ["dynamodb", "client-dynamodb"],
  ["eventbridge", "client-eventbridge"],
  ["lambda", "client-lambda"],
  ["s3", "client-s3"],
  ["secretsmanager", "client-secrets-manager"],
  ["sfn", "client-sfn"],
  ["sns", "client-sns"],
  ["sqs", "client-sqs"],
  ["ssm", "client-ssm"],
  ["stepfunctions", "client-sfn"],
])

/**
 * The function of CDK's AwsCustomResource imports the package that its properties name.
 * Differs: it does not install the newest SDK first (custom-resource-sdk)
 */
function prepareSdkCall(definition: CustomResourceDefinition, functions: readonly FunctionDefinition[]): void {
  definition.properties.InstallLatestAwsSdk = "false"
  const creating = functions.find(({ arn }) => arn === definition.functionArn)
  const packages = new Set(creating?.sdkPackages)
  for (const call of ["Create", "Update"].map((name) => readCall(definition.properties[name]))) {
    if (typeof call?.service !== "string") continue
    const name = sdkPackages.get(serviceId(call.service))
    if (name === undefined) definition.unservedService = call.service
    else packages.add(`@aws-sdk/${name}`)
    if (call.assumedRoleArn !== undefined) packages.add("@aws-sdk/credential-providers")
  }
  if (creating) creating.sdkPackages = [...packages]
}

/** `DynamoDB`, `dynamodb` or `@aws-sdk/client-dynamodb`. */
function serviceId(service: string): string {
  const name = service.toLowerCase().replace(/^(@aws-sdk\/)?client-/, "")
  return name.replaceAll(/[^a-z0-9]/g, "")
}

function readCall(call: unknown): { service?: unknown; assumedRoleArn?: unknown } | undefined {
  try {
    return JSON.parse(String(call)) as { service?: unknown; assumedRoleArn?: unknown }
  } catch {
    return undefined
  }
}
