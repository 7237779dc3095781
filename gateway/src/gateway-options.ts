// The public types of a gateway: what it is started with and what it offers.
import type { ConnectionStore } from "./connections/connection-store.ts"
import type { Credentials } from "./definition/credentials.ts"
import type { ActiveFault, Fault } from "./definition/fault.ts"
import type { TransactionRecord } from "./definition/record.ts"
import type { DeployedFunction } from "./deployment/deployment.ts"
import type { StageUrl } from "./edge/stage-urls.ts"
import type { Assumptions } from "./foundation/assumptions.ts"
import type { Clock } from "./foundation/clock.ts"
import type { Quotas } from "./foundation/quotas.ts"
import type { GatewayClock } from "./gateway-clock.ts"
import type { AccessMode } from "./iam/denial.ts"
import type { OnGatewayEvent } from "./observe/gateway-event.ts"
import type { Metrics } from "./observe/metrics.ts"
import type { SignedInUser } from "./services/cognito/user-pools.ts"
import type { ServiceEndpoints } from "./services/services.ts"

export type GatewayOptions = {
  /** A `cdk.out` folder or a template file. */
  source: string
  /** Serves only the stack of this name or construct id. */
  stack?: string | undefined
  /** The name of the stack of a template file. Default: that of the file, or of the folder of a `template.yaml`. */
  stackName?: string | undefined
  /** The region of stacks that name none. Default: `us-east-1`. */
  region?: string | undefined
  /** The account of stacks that name none. Default: `000000000000`. */
  accountId?: string | undefined
  /** Values of template parameters, instead of their defaults. */
  parameters?: Readonly<Record<string, string>>
  /** Values of exports of stacks that are not in the source, for `Fn::ImportValue`. */
  imports?: Readonly<Record<string, string>>
  /** Values of Systems Manager parameters and Secrets Manager secrets by name, instead of those of the template. */
  parameterValues?: Readonly<Record<string, string>> | undefined
  /** First port; 0 (the default) is any free one. */
  port?: number
  /** Folder that keeps documents and tables between runs. Default: in memory. */
  dataDir?: string | undefined
  /** Whether IAM denials are enforced, only reported, or not evaluated. Default: `enforce`. */
  iam?: AccessMode
  /** Real services to use instead of stand-ins, as in `AWS_ENDPOINT_URL_<SERVICE>`. */
  endpoints?: ServiceEndpoints
  /** The collector of OpenTelemetry that receives traces and metrics, as OTLP over HTTP: `http://localhost:4318`. */
  otlpUrl?: string | undefined
  /** Whether the console may purge and redrive queues. Default: it only reads what is stored. */
  consoleWrite?: boolean
  /** Whether custom resources are created at the start. Default: `run`; with `skip` their attributes are placeholders. */
  customResources?: "run" | "skip"
  /** Users of the template's Cognito user pools, beside `alice` and `bob`. */
  users?: readonly string[]
  /** Called with everything that happens: log lines, access log entries, denials, problems, reloads, faults. */
  onEvent?: OnGatewayEvent
  /** Called with the record of every connect, message, disconnect, call of `@connections` and HTTP request. */
  onRecord?: (record: TransactionRecord) => void
  /** Default: the time of the system. A `ManualClock` lets a test move the time. */
  clock?: Clock
  /** Quotas that differ from those of AWS. */
  quotas?: Partial<Quotas>
  /** What to assume where the behaviour of API Gateway is not publicly known. */
  assumptions?: Partial<Assumptions>
}

export type GatewayFaults = {
  /**
   * Sets a fault until it is removed, is used up or expires. One that happens `now` is injected and not kept.
   * @throws Error with a sentence that says what is wrong with it
   */
  add(fault: Fault): ActiveFault
  /** @returns whether it was set */
  remove(faultId: string): boolean
  clear(): void
  /** The faults that are set. */
  list(): ActiveFault[]
}

export type Gateway = AsyncDisposable & {
  /** Every output of the template, with local addresses. */
  outputs(): Record<string, string>
  /** Every deployed stage, with its local URL. */
  stages(): StageUrl[]
  /** The first port: the template's site, or an overview of what is served. */
  siteUrl: string
  /** Administrator credentials for this run. */
  credentials: Credentials
  /** The region of the first API, which the stand-ins are in. */
  region(): string
  /** The metrics of API Gateway, as in CloudWatch. */
  metrics: Metrics
  /** The open connections of all APIs. */
  connections: Pick<ConnectionStore, "size" | "find" | "all">
  /** Faults that are injected into connections, routes and functions. */
  faults: GatewayFaults
  /** The gateway's clock, which can be moved forward. */
  clock: GatewayClock
  /** Endpoints of the services that the template needs: the stand-ins, or what was chosen instead. */
  endpoints: ServiceEndpoints
  /**
   * Signs a user of a user pool in without the sign-in page.
   * @param username default: `alice`
   * @param clientId default: the first app client of the template
   * @returns undefined when the template has no such app client, or the pool no such user
   * @throws Error when the trigger of the pool that changes tokens fails
   */
  signIn(username?: string, clientId?: string): Promise<SignedInUser | undefined>
  /**
   * Reads the source again, or another source, and serves it. Reloads run one after the other.
   * @throws GatewayError when the source cannot be served; what was served before is still served.
   */
  reload(source?: string): Promise<void>
  /** Every function of the source, with the folder or archive that its code is deployed from. */
  functions(): DeployedFunction[]
  /** Runs a function's code from another folder from now on; again with the same folder when its files have changed. */
  updateFunctionCode(functionName: string, folder: string): Promise<void>
  /** Reports an event around the gateway (a failed build, a reload) to `onEvent` and the console. */
  report: OnGatewayEvent
  /**
   * Closes every connection with 1001 and waits for `$disconnect` and running invocations, at most for
   * `quotas.drainTimeoutMs`. What still runs then is killed and reported as a problem `CLOSE_FORCED`. Idempotent.
   */
  close(): Promise<void>
}
