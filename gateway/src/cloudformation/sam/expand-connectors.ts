// Expands SAM's connectors, `AWS::Serverless::Connector` and those in `Connectors`, to policies and permissions.
import { isRecord } from "../../foundation/is-record.ts"
import { withoutUndefined } from "../../foundation/without-undefined.ts"
import { type Properties, permission, type Resources } from "../generated-resource.ts"
import type { Report, Subject } from "../report.ts"
import type { ResourceBody } from "../source/stack.ts"
import { type ConnectedResource, connectedResource } from "./connected-resource.ts"
import { type Access, type ConnectorProfile, connectorProfile, validPermissions } from "./connector-profiles.ts"

type Connector = { subject: Subject; body: Partial<ResourceBody> }
type Connection = { source: ConnectedResource; destination: ConnectedResource; permissions: Access[] }
type Generated = { suffix: string; resource: ResourceBody }

export const connectorType = "AWS::Serverless::Connector"

/** Replaces the connectors of the template. They come last, because they refer to what SAM generates. */
export function expandConnectors(
  entries: readonly [string, ResourceBody][],
  resources: Map<string, ResourceBody>,
  report: Report,
): void {
  for (const connector of entries.flatMap(([logicalId, resource]) => connectorsOf(logicalId, resource))) {
    const { logicalId } = connector.subject
    if (resources.get(logicalId)?.Type === connectorType) resources.delete(logicalId)
    const generated = expandConnector(connector, resources, report)
    for (const [id, resource] of generated) resources.set(id, resource)
    const ids = generated.map(([id]) => id)
    for (const [id, resource] of resources) {
      const dependencies = [resource.DependsOn ?? []].flat()
      if (!dependencies.includes(logicalId)) continue
      const others = dependencies.filter((one) => one !== logicalId)
      resources.set(id, { ...resource, DependsOn: [...others, ...ids] })
    }
  }
}

function connectorsOf(logicalId: string, resource: ResourceBody): Connector[] {
  if (resource.Type === connectorType) return [{ subject: { logicalId, type: connectorType }, body: resource }]
  if (!isRecord(resource.Connectors)) return []
  return Object.entries(resource.Connectors).flatMap(([name, connector]) => {
    if (!isRecord(connector)) return []
    const properties = isRecord(connector.Properties) ? connector.Properties : {}
    const { SourceReference, ...others } = properties
    // AWS: the logical id of an embedded connector is that of its resource and its name (template-sam-connectors)
    const Source = { Id: logicalId, ...(isRecord(SourceReference) && SourceReference) }
    const subject = { logicalId: `${logicalId}${name}`, type: connectorType }
    return [{ subject, body: { ...connector, Properties: { ...others, Source } } }]
  })
}

function expandConnector(
  { subject, body }: Connector,
  resources: ReadonlyMap<string, ResourceBody>,
  report: Report,
): Resources {
  const { Source, Destination, Permissions } = body.Properties ?? {}
  const destinations: unknown[] = [Destination ?? []].flat()
  if (!isRecord(Source)) return report.problem(subject, "Source must be an object.") ?? []
  if (destinations.length === 0) return report.problem(subject, "Destination must name a resource.") ?? []
  const { DependsOn, Condition } = body
  return destinations.flatMap((destination, index): Resources => {
    if (!isRecord(destination)) return report.problem(subject, "Destination must be an object.") ?? []
    const fail = (message: string) => report.problem(subject, message) ?? []
    const from = connectedResource(Source, destination, resources)
    if (typeof from === "string") return fail(`Source ${from}`)
    const to = connectedResource(destination, Source, resources)
    if (typeof to === "string") return fail(`Destination ${to}`)
    const pair = `connector from ${from.type} to ${to.type}`
    const profile = connectorProfile(from.type, to.type)
    if (!profile) return report.notice(subject, `A ${pair} is not known here, so it allows nothing.`) ?? []
    const valid = validPermissions(profile)
    const permissions = valid.find((one) => isSameSet(one, [Permissions ?? []].flat()))
    if (!permissions) {
      return fail(`Permissions of a ${pair} must be ${valid.map((one) => one.join(" and ")).join(", or ")}.`)
    }
    const generated = generate(profile, { source: from, destination: to, permissions })
    if (typeof generated === "string") return fail(generated)
    // AWS: the ids of a list of destinations end with their positions (template-sam-connectors)
    const position = Array.isArray(Destination) ? `Destination${index}` : ""
    const resource = { ...generated.resource, ...withoutUndefined({ DependsOn, Condition }) }
    return [[`${subject.logicalId}${generated.suffix}${position}`, resource]]
  })
}

function isSameSet(valid: readonly string[], given: unknown[]): boolean {
  return valid.every((one) => given.includes(one)) && given.every((one) => valid.some((name) => name === one))
}

/** The resource that the profile asks for, or a sentence that says which value is missing. */
function generate(profile: ConnectorProfile, connection: Connection): Generated | string {
  const { source, destination, permissions } = connection
  const variables = new Map([
    ["SourceArn", source.arn],
    ["SourceResourceId", source.resourceId],
    ["SourceQualifier", source.qualifier],
    ["DestinationArn", destination.arn],
    ["DestinationName", destination.name],
  ])
  const missing: string[] = []
  const text = (template: string) => substitute(template, variables, missing)
  const generated = ((): Generated => {
    switch (profile.form) {
      case "role policy": {
        const { roleName } = profile.roleOf === "source" ? source : destination
        if (roleName === undefined) missing.push(profile.roleOf === "source" ? "SourceRoleName" : "DestinationRoleName")
        const Statement = permissions
          .flatMap((access) => profile.statements[access] ?? [])
          .map(({ actions, resources }) => ({ Effect: "Allow", Action: actions, Resource: resources.map(text) }))
        const PolicyDocument = { Version: "2012-10-17", Statement }
        const Properties = { PolicyDocument, Roles: [roleName] }
        return { suffix: "Policy", resource: { Type: "AWS::IAM::ManagedPolicy", Properties } }
      }
      case "function permission": {
        const { principal, sourceArn, sourceAccount } = profile
        const from = { SourceArn: text(sourceArn), ...(sourceAccount && { SourceAccount: text(sourceAccount) }) }
        return { suffix: "WriteLambdaPermission", resource: permission(text("{DestinationArn}"), principal, from) }
      }
      case "queue policy": {
        if (destination.queueUrl === undefined) missing.push("DestinationQueueUrl")
        const Properties = { Queues: [destination.queueUrl], PolicyDocument: documentOf(profile, text) }
        return { suffix: "QueuePolicy", resource: { Type: "AWS::SQS::QueuePolicy", Properties } }
      }
      case "topic policy": {
        const Properties = { Topics: [text("{DestinationArn}")], PolicyDocument: documentOf(profile, text) }
        return { suffix: "TopicPolicy", resource: { Type: "AWS::SNS::TopicPolicy", Properties } }
      }
    }
  })()
  const [first] = missing
  return first === undefined ? generated : `${first.replace(/^(Source|Destination)/, "$1 needs ")} for this connector.`
}

function documentOf({ principal, action }: { principal: string; action: string }, text: (template: string) => unknown) {
  const statement = {
    Effect: "Allow",
    Principal: { Service: principal },
    Resource: text("{DestinationArn}"),
    Action: action,
    Condition: { ArnEquals: { "aws:SourceArn": text("{SourceArn}") } },
  }
  return { Version: "2012-10-17", Statement: [statement] }
}

/** The template with its variables: the value of the only one, or `Fn::Sub`. */
function substitute(template: string, variables: ReadonlyMap<string, unknown>, missing: string[]): unknown {
  const names = [...template.matchAll(/\{(\w+)\}/g)].map(([, name = ""]) => name)
  missing.push(...names.filter((name) => variables.get(name) === undefined))
  const [only] = names
  if (only !== undefined && template === `{${only}}`) return variables.get(only)
  const values: Properties = Object.fromEntries(names.map((name) => [name, variables.get(name)]))
  return { "Fn::Sub": [template.replaceAll("{", "$" + "{"), values] }
}
