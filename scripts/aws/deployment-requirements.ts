// Reads from a cloud assembly what its deployment requires of the account: bootstrap version, quotas, CloudWatch role.
import { readFileSync } from "node:fs"
import { join } from "node:path"

export type DeploymentRequirements = {
  bootstrapVersion: number
  /** The SSM parameter in which `cdk bootstrap` stores its version. */
  bootstrapParameter: string
  reservedConcurrency: number
  /** The largest number of concurrent executions of all event source mappings, and of what those invoke. */
  pollerConcurrency: number
  /** The part of it that `document_processor_max_concurrency` decides. */
  processor: { maxConcurrency: number; executionsPerDocument: number }
  /** The highest throttle of a stage. */
  throttle: { rate: number; burst: number }
  writesExecutionLogs: boolean
  setsAccountRole: boolean
}

type Template = { Resources?: Record<string, { Type: string; Properties?: Record<string, unknown> }> }
type Artifact = { type: string; properties?: ArtifactProperties }
type ArtifactProperties = {
  templateFile?: string
  requiresBootstrapStackVersion?: number
  bootstrapStackVersionSsmParameter?: string
}

/** @param assembly a folder that `npm run synth` wrote */
export function readRequirements(assembly: string): DeploymentRequirements {
  const read = (file: string) => JSON.parse(readFileSync(join(assembly, file), "utf8"))
  const artifacts = Object.values<Artifact>(read("manifest.json").artifacts).map(({ properties = {} }) => properties)
  const templates = artifacts.flatMap(({ templateFile }): Template[] => (templateFile ? [read(templateFile)] : []))
  const properties = (type: string) =>
    templates.flatMap(({ Resources = {} }) =>
      Object.values(Resources).flatMap((resource) => (resource.Type === type ? [resource.Properties ?? {}] : [])),
    )
  const consumers = templates.flatMap(consumersOf)
  const processor = consumers.find(({ functionName }) => functionName.endsWith("-document-processor"))
  const stageSettings = properties("AWS::ApiGatewayV2::Stage").map((stage) => record(stage.DefaultRouteSettings))
  return {
    bootstrapVersion: highest(artifacts.map((artifact) => artifact.requiresBootstrapStackVersion)),
    bootstrapParameter:
      artifacts.find((artifact) => artifact.bootstrapStackVersionSsmParameter)?.bootstrapStackVersionSsmParameter ??
      "/cdk-bootstrap/hnb659fds/version",
    reservedConcurrency: total(properties("AWS::Lambda::Function").map((each) => each.ReservedConcurrentExecutions)),
    pollerConcurrency: total(consumers.map((one) => one.maxConcurrency * one.executionsEach)),
    processor: {
      maxConcurrency: processor?.maxConcurrency ?? 0,
      executionsPerDocument: processor?.executionsEach ?? 1,
    },
    throttle: {
      rate: highest(stageSettings.map((each) => each.ThrottlingRateLimit)),
      burst: highest(stageSettings.map((each) => each.ThrottlingBurstLimit)),
    },
    writesExecutionLogs: stageSettings.some(({ LoggingLevel = "OFF" }) => LoggingLevel !== "OFF"),
    setsAccountRole: properties("AWS::ApiGateway::Account").length > 0,
  }
}

type QueueConsumer = { functionName: string; maxConcurrency: number; executionsEach: number }

/** The document processor has several pages recognized at a time, each in an execution of another function. */
function consumersOf({ Resources = {} }: Template): QueueConsumer[] {
  const mappings = Object.values(Resources).filter(({ Type }) => Type === "AWS::Lambda::EventSourceMapping")
  return mappings.map(({ Properties = {} }) => {
    const { Ref = "" } = record(Properties.FunctionName)
    const consumer = record(Resources[String(Ref)]?.Properties)
    const { Variables } = record(consumer.Environment)
    return {
      functionName: String(consumer.FunctionName ?? ""),
      maxConcurrency: Number(record(Properties.ScalingConfig).MaximumConcurrency ?? 0),
      executionsEach: 1 + Number(record(Variables).OCR_PAGES_AT_A_TIME ?? 0),
    }
  })
}

function record(value: unknown): Record<string, unknown> {
  return (value ?? {}) as Record<string, unknown>
}

function numbers(values: readonly unknown[]): number[] {
  return values.filter((value): value is number => typeof value === "number")
}

function highest(values: readonly unknown[]): number {
  return Math.max(0, ...numbers(values))
}

function total(values: readonly unknown[]): number {
  return numbers(values).reduce((sum, value) => sum + value, 0)
}
