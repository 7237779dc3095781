// The Lambda functions of the template, with their code, layers and what happens to their failures.

import type { FunctionCode, FunctionDefinition } from "../../definition/lambda.ts"
import { functionArnFrom } from "../resolve/attributes.ts"
import type { ResolvedTemplate, Resource } from "../resolve/resolve-template.ts"
import { locateCode } from "./function-code.ts"

/**
 * @param targets unqualified ARNs of the functions that something served invokes: what is wrong with one that nothing
 * here would ever run (CDK's custom resource providers) does not matter.
 */
export function readFunctions(template: ResolvedTemplate, targets: ReadonlySet<string>): FunctionDefinition[] {
  const layers = new Map(template.ofType("AWS::Lambda::LayerVersion").map((layer) => [layer.ref, layer]))
  const functions = template.ofType("AWS::Lambda::Function").flatMap((resource) => {
    const isTarget = targets.has(resource.attribute("Arn"))
    const isServable = (resource.properties.text("Runtime") ?? "").startsWith("nodejs")
    return isTarget || isServable ? (readFunction(resource, layers, isTarget) ?? []) : []
  })
  for (const config of template.ofType("AWS::Lambda::EventInvokeConfig")) applyEventInvokeConfig(config, functions)
  return functions
}

function readFunction(
  resource: Resource,
  layers: ReadonlyMap<string, Resource>,
  isTarget: boolean,
): FunctionDefinition | undefined {
  const { properties, stack } = resource
  const functionName = resource.ref
  const runtime = properties.text("Runtime") ?? ""
  const code = locateCode(stack, properties.object("Code"))
  if (isTarget && !runtime.startsWith("nodejs")) {
    resource.notice(`Its runtime is ${runtime || "a container image"}: only Node.js runs here, so calls to it fail.`)
  }
  if (!code) {
    if (isTarget)
      resource.notice("Its code is not on this machine, so calls to it fail. Synthesize again, or use inline code.")
    return undefined
  }
  const logging = properties.object("LoggingConfig")
  const definition: FunctionDefinition = {
    ...resource.origin,
    functionName,
    arn: resource.attribute("Arn"),
    runtime,
    handler: properties.text("Handler") ?? "index.handler",
    code,
    layers: properties.texts("Layers").flatMap((arn) => layerCode(resource, arn, layers) ?? []),
    environment: properties.object("Environment")?.map("Variables") ?? {},
    // AWS: the defaults are 3 seconds and 128 MB (lambda-defaults)
    timeoutMs: 1000 * within(resource, "Timeout", 1, 900, 3),
    memoryMb: within(resource, "MemorySize", 128, 10_240, 128),
    roleArn: properties.required("Role"),
    architecture: properties.texts("Architectures")[0] === "arm64" ? "arm64" : "x86_64",
    logGroupName: logging?.text("LogGroup") ?? `/aws/lambda/${functionName}`,
    logFormat: logging?.text("LogFormat") === "JSON" ? "JSON" : "Text",
    // AWS: the default is two retries within six hours (lambda-async-settings)
    maximumRetryAttempts: 2,
    maximumEventAgeSeconds: 21_600,
  }
  const reserved = properties.number("ReservedConcurrentExecutions")
  if (reserved !== undefined) definition.reservedConcurrency = reserved
  const deadLetterArn = properties.object("DeadLetterConfig")?.text("TargetArn")
  if (deadLetterArn !== undefined) definition.deadLetterArn = deadLetterArn
  if (code.form === "inline") refuseLongSource(resource, code.source)
  return definition
}

function within(resource: Resource, name: string, least: number, most: number, fallback: number): number {
  const value = resource.properties.number(name) ?? fallback
  if (value < least || value > most) resource.problem(`${name} must be between ${least} and ${most}, not ${value}.`)
  return value
}

/** AWS: inline code has at most 4 MB (lambda-inline-size) */
function refuseLongSource(resource: Resource, source: string): void {
  if (source.length > 4 * 1024 * 1024) resource.problem("Code.ZipFile must not be longer than 4 MB.")
}

function layerCode(resource: Resource, arn: string, layers: ReadonlyMap<string, Resource>): FunctionCode | undefined {
  const layer = layers.get(arn)
  const code = layer && locateCode(layer.stack, layer.properties.object("Content"))
  return code ?? resource.notice(`The layer ${arn} is not in this template, so what it holds is missing.`)
}

function applyEventInvokeConfig(config: Resource, functions: FunctionDefinition[]): void {
  const { properties } = config
  const arn = functionArnFrom(config, properties.required("FunctionName"))
  const definition = functions.find((one) => one.arn === arn)
  if (!definition) return
  definition.maximumRetryAttempts = properties.number("MaximumRetryAttempts") ?? definition.maximumRetryAttempts
  definition.maximumEventAgeSeconds = properties.number("MaximumEventAgeInSeconds") ?? definition.maximumEventAgeSeconds
  const destinations = properties.object("DestinationConfig")
  const onSuccess = destinationOf(config, destinations?.object("OnSuccess")?.text("Destination"))
  const onFailure = destinationOf(config, destinations?.object("OnFailure")?.text("Destination"))
  if (onSuccess !== undefined) definition.onSuccessArn = onSuccess
  if (onFailure !== undefined) definition.onFailureArn = onFailure
}

function destinationOf(config: Resource, arn: string | undefined): string | undefined {
  if (arn === undefined || /^arn:[^:]+:(sqs|lambda):/.test(arn)) return arn
  return config.notice(`Nothing is sent to the destination ${arn}: queues and functions are told, nothing else.`)
}
