// The deployed system as plain values: the only form in which the other rooms know CloudFormation. Everything is
// resolved: no `Ref`, no `Fn::*`, no condition is left. Names and hosts are AWS's own
// (`https://{apiId}.execute-api.{region}.amazonaws.com`); `edge/` maps them to local addresses.
import type { HttpApiDefinition, UsagePlanDefinition, WebSocketApiDefinition } from "./api.ts"
import type { SiteDefinition } from "./hosting.ts"
import type { InvokePermission, RoleDefinition } from "./iam.ts"
import type { EventSourceMappingDefinition, FunctionDefinition } from "./lambda.ts"
import type { BucketDefinition, BucketNotificationDefinition, QueueDefinition, TableDefinition } from "./storage.ts"

export type Definition = {
  region: string
  accountId: string
  partition: string
  /** `amazonaws.com`, `amazonaws.com.cn` */
  urlSuffix: string
  webSocketApis: WebSocketApiDefinition[]
  httpApis: HttpApiDefinition[]
  functions: FunctionDefinition[]
  roles: RoleDefinition[]
  permissions: InvokePermission[]
  usagePlans: UsagePlanDefinition[]
  tables: TableDefinition[]
  buckets: BucketDefinition[]
  queues: QueueDefinition[]
  bucketNotifications: BucketNotificationDefinition[]
  eventSourceMappings: EventSourceMappingDefinition[]
  sites: SiteDefinition[]
  /** Every `Outputs` entry of every stack, by its own key (a later stack's equal key wins). */
  outputs: Record<string, string>
  /** What the template asks for and the gateway does not do: told once at start. */
  notices: Notice[]
}

export type Notice = { logicalId: string; type: string; message: string }
