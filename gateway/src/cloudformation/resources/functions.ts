// Reads the Lambda functions with their code, layers, and configuration of asynchronous invocation.
import type { FunctionCode, FunctionDefinition } from "../../definition/lambda.ts"
import { runtimeFamily } from "../../definition/runtime-family.ts"
import { recordFrom } from "../../foundation/record-from.ts"
import { withoutUndefined } from "../../foundation/without-undefined.ts"
import { functionArnFrom } from "../resolve/function-arn.ts"
import type { ResolvedTemplate } from "../resolve/resolve-template.ts"
import type { Resource } from "../resolve/resource.ts"
import { locateCode } from "./function-code.ts"
import { isImage, readImage } from "./image-code.ts"

/**
 * @param targets unqualified ARNs of the functions that something served invokes. Only these are reported when they
 * cannot run: CDK adds functions for its own resources, which run on AWS only.
 */
export function readFunctions(template: ResolvedTemplate, targets: ReadonlySet<string>): FunctionDefinition[] {
  const layers = new Map(template.ofType("AWS::Lambda::LayerVersion").map((layer) => [layer.ref, layer]))
  const functions = template
    .ofType("AWS::Lambda::Function")
    .flatMap((resource) => readFunction(resource, layers, targets.has(resource.attribute("Arn"))) ?? [])
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
  const image = isImage(resource) ? readImage(resource) : undefined
  if (typeof image === "string") return isTarget ? resource.notice(image) : undefined
  if (image?.advice !== undefined && isTarget) resource.advice(image.advice)
  const runtime = image?.runtime ?? properties.text("Runtime") ?? ""
  if (runtimeFamily(runtime) === undefined) {
    const message = `Its runtime is ${runtime || "missing"}. Node.js, Python and provided runtimes run here, so calls to it fail.`
    return isTarget ? resource.notice(message) : undefined
  }
  const code = image ? image.code : locateCode(stack, properties, "Code")
  if (!code) {
    const message = "Its code is not on this machine, so calls to it fail. Synthesize again, or use inline code."
    return isTarget ? resource.notice(message) : undefined
  }
  const logging = properties.object("LoggingConfig")
  const variables = properties.object("Environment")?.map("Variables") ?? {}
  if (code.form === "inline") rejectLongSource(resource, code.source)
  return {
    ...resource.origin,
    functionName,
    arn: resource.attribute("Arn"),
    runtime,
    handler: image?.handler ?? properties.text("Handler") ?? "index.handler",
    isTarget,
    code,
    layers: properties.texts("Layers").flatMap((arn) => layerCode(resource, arn, layers) ?? []),
    environment: recordFrom([...Object.entries(image?.environment ?? {}), ...Object.entries(variables)]),
    // AWS: the defaults are 3 seconds and 128 MB (lambda-defaults)
    timeoutMs: 1000 * numberWithin(resource, "Timeout", { min: 1, max: 900, fallback: 3 }),
    memoryMb: numberWithin(resource, "MemorySize", { min: 128, max: 10_240, fallback: 128 }),
    roleArn: properties.required("Role"),
    logGroupName: logging?.text("LogGroup") ?? `/aws/lambda/${functionName}`,
    logFormat: logging?.text("LogFormat") === "JSON" ? "JSON" : "Text",
    // AWS: the default is two retries within six hours (lambda-async-settings)
    maximumRetryAttempts: 2,
    maximumEventAgeSeconds: 21_600,
    ...withoutUndefined({
      logLevel: logging?.text("ApplicationLogLevel"),
      reservedConcurrency: properties.number("ReservedConcurrentExecutions"),
      deadLetterArn: properties.object("DeadLetterConfig")?.text("TargetArn"),
    }),
  }
}

type Range = { min: number; max: number; fallback: number }

function numberWithin(resource: Resource, name: string, { min, max, fallback }: Range): number {
  const value = resource.properties.number(name) ?? fallback
  if (value < min || value > max) resource.problem(`${name} must be between ${min} and ${max}, not ${value}.`)
  return value
}

/** AWS: inline code has at most 4 MB (lambda-inline-size) */
function rejectLongSource(resource: Resource, source: string): void {
  if (source.length > 4 * 1024 * 1024) resource.problem("Code.ZipFile must not be longer than 4 MB.")
}

function layerCode(resource: Resource, arn: string, layers: ReadonlyMap<string, Resource>): FunctionCode | undefined {
  const layer = layers.get(arn)
  const code = layer && locateCode(layer.stack, layer.properties, "Content")
  if (code) return code
  const fix = "Install the packages that it contains in your project (npm), or for your Python (pip)."
  return resource.notice(`The layer ${arn} is not on this machine, so its files are missing. ${fix}`)
}

function applyEventInvokeConfig(config: Resource, functions: FunctionDefinition[]): void {
  const { properties } = config
  const arn = functionArnFrom(config, properties.required("FunctionName"))
  const definition = functions.find((one) => one.arn === arn)
  if (!definition) return
  definition.maximumRetryAttempts = properties.number("MaximumRetryAttempts") ?? definition.maximumRetryAttempts
  definition.maximumEventAgeSeconds = properties.number("MaximumEventAgeInSeconds") ?? definition.maximumEventAgeSeconds
  const destinations = properties.object("DestinationConfig")
  const arns = withoutUndefined({
    onSuccessArn: destinationOf(config, destinations?.object("OnSuccess")?.text("Destination")),
    onFailureArn: destinationOf(config, destinations?.object("OnFailure")?.text("Destination")),
  })
  Object.assign(definition, arns)
}

function destinationOf(config: Resource, arn: string | undefined): string | undefined {
  if (arn === undefined || /^arn:[^:]+:(sqs|lambda):/.test(arn)) return arn
  return config.notice(`The destination ${arn} is not served. Results go to queues and functions only.`)
}
