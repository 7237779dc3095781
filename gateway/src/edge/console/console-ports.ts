// What the console needs of the gateway.
import type { ConnectionStore } from "../../connections/connection-store.ts"
import type { Definition, Notice } from "../../definition/definition.ts"
import type { ActiveFault, Fault } from "../../definition/fault.ts"
import type { InvocationResult } from "../../definition/invocation.ts"
import type { RequestPermission } from "../../definition/permission.ts"
import type { StoredData } from "../../definition/stored-data.ts"
import type { Clock } from "../../foundation/clock.ts"
import type { MemoryBudget } from "../../foundation/memory-budget.ts"
import type { WebSocketApiRuntime } from "../../routes/websocket/api-runtime.ts"
import type { ManagementPorts } from "../management-api.ts"
import type { StageUrl } from "../stage-urls.ts"

export type ConsolePorts = Pick<ManagementPorts, "account" | "faults" | "ids" | "record"> & {
  clock: Clock
  memory: MemoryBudget
  /** Of this run. A request that changes something needs it. */
  token: string
  history: {
    /** At most `limit` entries from this id on, oldest first. Those that were dropped are left out. */
    entriesFrom(id: number, limit: number): readonly ConsoleEntry[]
    /** The id of the next entry. Ids have no gaps. */
    nextId(): number
    /** @param listener is called after each new entry */
    subscribe(listener: () => void): () => void
  }
  metrics: {
    series(): readonly MetricSeries[]
    /** @throws GatewayError PACKAGE_MISSING */
    prometheusText(
      open: { apiId: string; stageName: string; count: number }[],
    ): Promise<{ contentType: string; text: string }>
  }
  /** The template's outputs with local addresses. */
  outputs(): Record<string, string>
  /** The local endpoints of services by name, as in `AWS_ENDPOINT_URL_<SERVICE>`. */
  endpoints: Readonly<Record<string, string | undefined>>
  /** The stages of all APIs with local addresses. */
  stages(): StageUrl[]
  connections: ConnectionStore
  deployed(): { definition: Definition; webSocketApis: ReadonlyMap<string, WebSocketApiRuntime> }
  access: AccessView
  /** Sets and removes faults. */
  faultSettings: FaultSettings
  /** The clock of the gateway, which can be moved forward. */
  gatewayClock: { now(): number; readonly movedMs: number; advance(ms: number): void }
  /** Invokes a function, for a replay. Never rejects. */
  invoke(functionName: string, payload: string): Promise<InvocationResult>
  /** What tables, queues and buckets contain. */
  data: StoredData
  /** Whether the console may change it. */
  canWrite: boolean
}

/** An entry of the history: the members that may be long, and those that say whether it failed. */
export type ConsoleEntry = {
  readonly id: number
  status?: string | number | undefined
  failure?: string | undefined
  frame?: string | undefined
  event?: string | undefined
  result?: string | undefined
  responseFrame?: string | undefined
  text?: string | undefined
  input?: string | undefined
}

export type FaultSettings = {
  /** @throws Error with a sentence that says what is wrong with it */
  add(fault: Fault): ActiveFault
  remove(faultId: string): boolean
  clear(): void
  list(): ActiveFault[]
}

export type MetricSeries = {
  namespace: string
  name: string
  dimensions: ReadonlyMap<string, string>
  sum: number
  sampleCount: number
  maximum: number
}

/** The permissions of the deployment, as the console shows and uses them. */
export type AccessView = {
  /** What is attached to roles and not supported. */
  notices(): readonly Notice[]
  /** Whether a role, or without one the administrator, may call `method` of the management API. */
  mayManageAs(
    roleLogicalId: string | undefined,
    resource: { apiId: string; stageName: string; method: string },
  ): RequestPermission
}
