// Describes what is deployed for the console: resources with their logical id and CDK path, and what is not served.
// Values of environment variables stay out, because they may be secrets.
import type {
  HttpApiDefinition,
  HttpRouteDefinition,
  IntegrationDefinition,
  StageDefinition,
  WebSocketApiDefinition,
} from "../../definition/api.ts"
import type { PolicyStatement, RoleDefinition } from "../../definition/iam.ts"
import type { FunctionDefinition } from "../../definition/lambda.ts"
import type { Origin } from "../../definition/origin.ts"
import type { RestApiDefinition, RestAuthorizerDefinition } from "../../definition/rest-api.ts"
import type { ConsolePorts } from "./console-ports.ts"

export function describeDeployment({ deployed, access, stages, outputs }: ConsolePorts): object {
  const { definition } = deployed()
  const { functions, permissions, roles } = definition
  const nameOf = (arn: string | undefined) => functions.find((one) => one.arn === arn)?.logicalId ?? arn
  const roleOf = (arn: string | undefined) => roles.find((role) => role.arn === arn)?.logicalId ?? arn
  const apis = [...definition.webSocketApis, ...definition.httpApis, ...definition.restApis]
  const addresses = stages()
  /** The local address of a function URL, or of the mapping of a custom domain name whose path ends like this. */
  const urlOf = (id: string, end = "") =>
    addresses.find(({ logicalId, url }) => logicalId === id && `${url}/`.endsWith(end === "/" ? "/" : `${end}/`))?.url
  return {
    outputs: outputs(),
    stages: addresses,
    apis: [
      ...definition.webSocketApis.map((api) => describeWebSocketApi(api, { nameOf, roleOf })),
      ...definition.httpApis.map((api) => describeHttpApi(api, { nameOf, roleOf })),
      ...definition.restApis.map((api) => describeRestApi(api, { nameOf, roleOf })),
    ],
    functionUrls: definition.functionUrls.map((one) => ({
      ...originOf(one),
      url: urlOf(one.logicalId),
      functionId: nameOf(one.functionArn),
      authType: one.authType,
      allowedOrigins: one.cors?.allowOrigins ?? [],
      permittedBy: permissions
        .filter(({ functionArn, action }) => functionArn === one.functionArn && action === "lambda:InvokeFunctionUrl")
        .map(({ principal, ...origin }) => ({ ...originOf(origin), principal })),
    })),
    customDomains: definition.customDomains.map(({ domainName, mappings, ...domain }) => ({
      ...originOf(domain),
      domainName,
      mappings: mappings.map(({ key, apiId, stageName, ...mapping }) => ({
        ...originOf(mapping),
        key,
        api: apis.find((api) => api.apiId === apiId)?.logicalId ?? apiId,
        stageName,
        url: urlOf(domain.logicalId, `/${key}`),
      })),
    })),
    functions: functions.map((one) => ({
      ...describeFunction(one),
      role: roleOf(one.roleArn),
      invokedBy: permissions
        .filter(({ functionArn }) => functionArn === one.arn)
        .map(({ principal, sourceArn, ...origin }) => ({ ...originOf(origin), principal, sourceArn })),
    })),
    roles: roles.map((role) => ({
      ...describeRole(role),
      functions: functions.filter(({ roleArn }) => roleArn === role.arn).map(({ logicalId }) => logicalId),
    })),
    tables: definition.tables.map((table) => ({ ...originOf(table), name: table.createTable.TableName })),
    buckets: definition.buckets.map((bucket) => ({ ...originOf(bucket), name: bucket.bucketName })),
    queues: definition.queues.map((queue) => ({ ...originOf(queue), name: queue.queueName })),
    eventSources: definition.eventSourceMappings.map((mapping) => ({
      ...originOf(mapping),
      queue: definition.queues.find(({ arn }) => arn === mapping.queueArn)?.logicalId ?? mapping.queueArn,
      functionId: nameOf(mapping.functionArn),
      batchSize: mapping.batchSize,
    })),
    notServed: [...definition.notices, ...access.notices()].filter(({ kind }) => kind !== "advice"),
  }
}

type Names = {
  nameOf(arn: string | undefined): string | undefined
  roleOf(arn: string | undefined): string | undefined
}

type Api = WebSocketApiDefinition | HttpApiDefinition | RestApiDefinition
type Authorizer = Origin & { functionArn?: string; issuer?: string; identitySource: readonly string[] }

type ApiContent = {
  protocol: "WEBSOCKET" | "HTTP" | "REST"
  authorizers: readonly Authorizer[]
  routesOf(stage: StageDefinition): object[]
}

function describeApi(api: Api, { protocol, authorizers, routesOf }: ApiContent, { nameOf }: Names): object {
  return {
    ...originOf(api),
    apiId: api.apiId,
    region: api.environment.region,
    accountId: api.environment.accountId,
    protocol,
    authorizers: authorizers.map((one) => ({
      ...originOf(one),
      functionId: nameOf(one.functionArn),
      issuer: one.issuer,
      identitySource: one.identitySource,
    })),
    stages: api.stages.map((stage) => ({
      ...originOf(stage),
      stageName: stage.stageName,
      throttle: throttleOf(stage.defaultRouteSettings),
      routes: routesOf(stage),
    })),
  }
}

function describeWebSocketApi(api: WebSocketApiDefinition, names: Names): object {
  const routesOf = ({ deploymentId }: StageDefinition) => {
    const deployment = Object.values(api.deployments).find((one) => one.deploymentId === deploymentId)
    return Object.values(deployment?.routes ?? {}).map((route) => ({
      ...originOf(route),
      routeKey: route.routeKey,
      authorization: route.authorizationType,
      authorizer: route.authorizerId === undefined ? undefined : api.authorizers[route.authorizerId]?.logicalId,
      apiKeyRequired: route.apiKeyRequired,
      returnsResponse: route.returnsResponse,
      integration: route.integration && describeIntegration(route.integration, names),
    }))
  }
  const content: ApiContent = { protocol: "WEBSOCKET", authorizers: Object.values(api.authorizers), routesOf }
  return {
    ...describeApi(api, content, names),
    routeSelectionExpression: api.routeSelectionExpression,
  }
}

function describeHttpApi(api: HttpApiDefinition, names: Names): object {
  const authorizerOf = ({ authorization }: HttpRouteDefinition) =>
    "authorizer" in authorization ? [authorization.authorizer] : []
  const authorizers = new Map(api.routes.flatMap(authorizerOf).map((one) => [one.authorizerId, one]))
  const routesOf = () =>
    api.routes.map((route) => ({
      ...originOf(route),
      routeKey: route.routeKey,
      authorization: route.authorization.type,
      authorizer: authorizerOf(route)[0]?.logicalId,
      apiKeyRequired: false,
      returnsResponse: true,
      integration: {
        type: "AWS_PROXY",
        functionId: names.nameOf(route.functionArn),
        role: names.roleOf(route.credentialsArn),
        timeoutMs: route.timeoutMs,
      },
    }))
  return describeApi(api, { protocol: "HTTP", authorizers: [...authorizers.values()], routesOf }, names)
}

function describeRestApi(api: RestApiDefinition, names: Names): object {
  const routesOf = () =>
    api.methods.map((method) => ({
      ...originOf(method),
      routeKey: method.routeKey,
      authorization: method.authorizationType,
      authorizer: method.authorizerId === undefined ? undefined : api.authorizers[method.authorizerId]?.logicalId,
      apiKeyRequired: method.apiKeyRequired,
      returnsResponse: true,
      integration: method.integration && describeIntegration(method.integration, names),
    }))
  return describeApi(
    api,
    { protocol: "REST", authorizers: Object.values(api.authorizers).map(withIssuer), routesOf },
    names,
  )
}

/** The first user pool of an authorizer. */
function withIssuer({ issuers, ...authorizer }: RestAuthorizerDefinition): Authorizer {
  const [issuer] = issuers
  return issuer === undefined ? authorizer : { ...authorizer, issuer }
}

function describeIntegration(integration: IntegrationDefinition, { nameOf, roleOf }: Names): object {
  return {
    ...originOf(integration),
    type: integration.type,
    functionId: nameOf(integration.functionArn),
    role: roleOf(integration.credentialsArn),
    uri: integration.functionArn === undefined ? integration.uri : undefined,
    timeoutMs: integration.timeoutMs,
  }
}

function throttleOf({
  throttlingRateLimit,
  throttlingBurstLimit,
}: {
  throttlingRateLimit?: number
  throttlingBurstLimit?: number
}) {
  return { rate: throttlingRateLimit, burst: throttlingBurstLimit }
}

function describeFunction(one: FunctionDefinition): object {
  return {
    ...originOf(one),
    functionName: one.functionName,
    runtime: one.runtime,
    handler: one.handler,
    timeoutMs: one.timeoutMs,
    memoryMb: one.memoryMb,
    logFormat: one.logFormat,
    reservedConcurrency: one.reservedConcurrency,
    variables: Object.keys(one.environment),
  }
}

function describeRole(role: RoleDefinition): object {
  return {
    ...originOf(role),
    roleName: role.roleName,
    arn: role.arn,
    managedPolicies: role.managedPolicyArns,
    grants: role.policies.flatMap(({ name, document }) =>
      [document.Statement].flat().map((statement, index) => ({ policy: name, index, ...describeStatement(statement) })),
    ),
  }
}

function describeStatement(statement: PolicyStatement): object {
  const { Sid, Effect, Action, NotAction, Resource, NotResource, Condition } = statement
  return {
    sid: Sid,
    effect: Effect,
    actions: [Action ?? []].flat(),
    notActions: [NotAction ?? []].flat(),
    resources: [Resource ?? []].flat(),
    notResources: [NotResource ?? []].flat(),
    conditions: Condition && Object.keys(Condition),
  }
}

export function originOf({ logicalId, stackName, constructPath }: Origin): Origin {
  return { logicalId, stackName, ...(constructPath !== undefined && { constructPath }) }
}
