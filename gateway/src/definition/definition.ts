// The deployed system as plain values, without references, intrinsic functions or conditions. Names and hosts are those
// of AWS (`https://{apiId}.execute-api.{region}.amazonaws.com`), which `edge/` maps to local addresses.
import type { HttpApiDefinition, UsagePlanDefinition, WebSocketApiDefinition } from "./api.ts"
import type { ParameterDefinition, SecretDefinition } from "./configuration.ts"
import type { CustomDomainDefinition } from "./custom-domain.ts"
import type { CustomResourceDefinition } from "./custom-resource.ts"
import type {
  EventBusDefinition,
  RuleDefinition,
  ScheduleDefinition,
  SubscriptionDefinition,
  TopicDefinition,
} from "./events.ts"
import type { FunctionUrlDefinition } from "./function-url.ts"
import type { InvokePermission, ResourcePolicy, RoleDefinition } from "./iam.ts"
import type { EventSourceMappingDefinition, FunctionDefinition, StreamMappingDefinition } from "./lambda.ts"
import type { RestApiDefinition } from "./rest-api.ts"
import type { SiteDefinition } from "./site.ts"
import type { StateMachineDefinition } from "./state-machine.ts"
import type {
  BucketDefinition,
  BucketNotificationDefinition,
  DataStreamDefinition,
  QueueDefinition,
  TableDefinition,
} from "./storage.ts"
import type { UserPoolDefinition } from "./user-pool.ts"

export type Definition = {
  /** Of the first API. Other APIs and ARNs can have another one. */
  region: string
  accountId: string
  partition: string
  /** `amazonaws.com`, `amazonaws.com.cn` */
  urlSuffix: string
  /** Of all stacks: requests are signed for one of them. */
  regions: string[]
  webSocketApis: WebSocketApiDefinition[]
  httpApis: HttpApiDefinition[]
  restApis: RestApiDefinition[]
  functionUrls: FunctionUrlDefinition[]
  customDomains: CustomDomainDefinition[]
  functions: FunctionDefinition[]
  roles: RoleDefinition[]
  permissions: InvokePermission[]
  /** Of buckets, queues, tables and topics. A resource can have several. */
  resourcePolicies: ResourcePolicy[]
  usagePlans: UsagePlanDefinition[]
  tables: TableDefinition[]
  buckets: BucketDefinition[]
  queues: QueueDefinition[]
  dataStreams: DataStreamDefinition[]
  bucketNotifications: BucketNotificationDefinition[]
  eventSourceMappings: EventSourceMappingDefinition[]
  streamMappings: StreamMappingDefinition[]
  topics: TopicDefinition[]
  subscriptions: SubscriptionDefinition[]
  eventBuses: EventBusDefinition[]
  rules: RuleDefinition[]
  schedules: ScheduleDefinition[]
  parameters: ParameterDefinition[]
  secrets: SecretDefinition[]
  stateMachines: StateMachineDefinition[]
  sites: SiteDefinition[]
  userPools: UserPoolDefinition[]
  customResources: CustomResourceDefinition[]
  /** Keys of the resources that are missing, because they depend on custom resources that do not exist yet. */
  leftOut: string[]
  /** The outputs of all stacks, by key. A key that several stacks use becomes `{stackName}.{key}`. */
  outputs: Record<string, string>
  /** What the template asks for and the gateway does not do. Reported at start. */
  notices: Notice[]
}

/** `logicalId`: the resource that the message is about, or several, separated by commas. */
export type Notice = {
  logicalId: string
  type: string
  message: string
  /** About what is served here and may not work on AWS. Default: about what is not served. */
  kind?: "advice"
}
