// Describes what is deployed for the console: resources with their logical id and CDK path, and what is not served.
// Values of environment variables stay out, because they may be secrets.
import type { HttpApiDefinition, IntegrationDefinition, WebSocketApiDefinition } from "../../definition/api.ts"
import type { PolicyStatement, RoleDefinition } from "../../definition/iam.ts"
import type { FunctionDefinition } from "../../definition/lambda.ts"
import type { Origin } from "../../definition/origin.ts"
import type { RestApiDefinition } from "../../definition/rest-api.ts"
import type { ConsolePorts } from "./console-ports.ts"

export function describeDeployment({ deployed, access, stages, outputs }: ConsolePorts): object {
  const { definition } = deployed()
  const { functions, permissions, roles } = definition
  const nameOf = (arn: string | undefined) => functions.find((one) => one.arn === arn)?.logicalId ?? arn
  const roleOf = (arn: string | undefined) => roles.find((role) => role.arn === arn)?.logicalId ?? arn
  return {
    outputs: outputs(),
    stages: stages(),
    apis: [
      ...definition.webSocketApis.map((api) => describeWebSocketApi(api, { nameOf, roleOf })),
      ...definition.httpApis.map((api) => describeHttpApi(api, { nameOf, roleOf })),
      ...definition.restApis.map((api) => describeRestApi(api, { nameOf, roleOf })),
    ],
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
    notServed: [...definition.notices, ...access.notices()],
  }
}

type Names = {
  nameOf(arn: string | undefined): string | undefined
  roleOf(arn: string | undefined): string | undefined
}

function describeWebSocketApi(api: WebSocketApiDefinition, { nameOf, roleOf }: Names): object {
  return {
    ...originOf(api),
    apiId: api.apiId,
    region: api.environment.region,
    accountId: api.environment.accountId,
    protocol: "WEBSOCKET",
    routeSelectionExpression: api.routeSelectionExpression,
    authorizers: Object.values(api.authorizers).map((one) => ({
      ...originOf(one),
      functionId: nameOf(one.functionArn),
      identitySource: one.identitySource,
    })),
    stages: api.stages.map((stage) => {
      const deployment = Object.values(api.deployments).find(({ deploymentId }) => deploymentId === stage.deploymentId)
      return {
        ...originOf(stage),
        stageName: stage.stageName,
        throttle: throttleOf(stage.defaultRouteSettings),
        routes: Object.values(deployment?.routes ?? {}).map((route) => ({
          ...originOf(route),
          routeKey: route.routeKey,
          authorization: route.authorizationType,
          authorizer: route.authorizerId === undefined ? undefined : api.authorizers[route.authorizerId]?.logicalId,
          apiKeyRequired: route.apiKeyRequired,
          returnsResponse: route.returnsResponse,
          integration: route.integration && describeIntegration(route.integration, { nameOf, roleOf }),
        })),
      }
    }),
  }
}

function describeHttpApi(api: HttpApiDefinition, { nameOf, roleOf }: Names): object {
  return {
    ...originOf(api),
    apiId: api.apiId,
    region: api.environment.region,
    accountId: api.environment.accountId,
    protocol: "HTTP",
    authorizers: [],
    stages: api.stages.map((stage) => ({
      ...originOf(stage),
      stageName: stage.stageName,
      throttle: throttleOf(stage.defaultRouteSettings),
      routes: api.routes.map((route) => ({
        ...originOf(route),
        routeKey: route.routeKey,
        authorization: "NONE",
        apiKeyRequired: false,
        returnsResponse: true,
        integration: {
          type: "AWS_PROXY",
          functionId: nameOf(route.functionArn),
          role: roleOf(route.credentialsArn),
          timeoutMs: route.timeoutMs,
        },
      })),
    })),
  }
}

function describeRestApi(api: RestApiDefinition, { nameOf, roleOf }: Names): object {
  return {
    ...originOf(api),
    apiId: api.apiId,
    region: api.environment.region,
    accountId: api.environment.accountId,
    protocol: "REST",
    authorizers: Object.values(api.authorizers).map((one) => ({
      ...originOf(one),
      functionId: nameOf(one.functionArn),
      identitySource: one.identitySource,
    })),
    stages: api.stages.map((stage) => ({
      ...originOf(stage),
      stageName: stage.stageName,
      throttle: throttleOf(stage.defaultRouteSettings),
      routes: api.methods.map((method) => ({
        ...originOf(method),
        routeKey: method.routeKey,
        authorization: method.authorizationType,
        authorizer: method.authorizerId === undefined ? undefined : api.authorizers[method.authorizerId]?.logicalId,
        apiKeyRequired: method.apiKeyRequired,
        returnsResponse: true,
        integration: method.integration && describeIntegration(method.integration, { nameOf, roleOf }),
      })),
    })),
  }
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
