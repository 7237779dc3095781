// Records the requests that functions send to services: the operation, the permissions it needed and its outcome.
import type { IncomingMessage, ServerResponse } from "node:http"
import type { DataCaller, DataService, NeededPermission, Permission } from "../../definition/permission.ts"
import type { ServiceCallRecord, ServiceDecision } from "../../definition/record.ts"
import type { Clock } from "../../foundation/clock.ts"
import { invocationInTrace } from "../../foundation/invocation-trace.ts"
import { splitTarget } from "../../foundation/request-target.ts"

export type ServiceCalls = {
  /** Begins a call, which is recorded when its response is complete and its caller is known. */
  begin(incoming: IncomingMessage, response: ServerResponse, service: DataService): ServiceCall
}

export type ServiceCall = {
  /** @returns the caller, whose decisions are recorded from now on */
  madeBy(caller: DataCaller): DataCaller
  /** @param input the body of the request: JSON, or a form in the AWS query protocol */
  received(input: Buffer): void
  failed(message: string): void
}

/** A person reads it; more would fill the memory. */
const MAX_INPUT_BYTES = 8192
const MAX_DECISIONS = 20

export function createServiceCalls(
  clock: Clock,
  record: ((call: ServiceCallRecord) => void) | undefined,
): ServiceCalls {
  return {
    begin(incoming, response, service) {
      const startedAt = clock.now()
      const decisions: ServiceDecision[] = []
      let known: DataCaller | undefined
      let input: string | undefined
      let failure: string | undefined
      if (record) response.once("close", finish)

      function finish(): void {
        const callerRequestId = invocationInTrace(String(incoming.headers["x-amzn-trace-id"]))
        // The gateway itself, and the user of this machine, are administrators.
        if (!known || (callerRequestId === undefined && !isSession(known.arn))) return
        const { path } = splitTarget(incoming.url ?? "/")
        const [first] = decisions
        const target = /\.(\w+)$/.exec(String(incoming.headers["x-amz-target"]))?.[1]
        const operation = target ?? first?.action.split(":")[1] ?? `${incoming.method} ${path}`
        record?.({
          service,
          operation,
          resource: first?.resource ?? (target === undefined ? path : ""),
          startedAt,
          durationMs: clock.now() - startedAt,
          status: response.statusCode,
          decisions,
          ...(known.arn !== undefined && { signer: known.arn }),
          ...(callerRequestId !== undefined && { callerRequestId }),
          ...(input !== undefined && { input }),
          ...(failure !== undefined && { failure }),
        })
      }

      function note({ action, resource }: NeededPermission, permission: Permission): Permission {
        if (decisions.length < MAX_DECISIONS) {
          const statement = permission.allowed ? permission.statement : undefined
          decisions.push({ action, resource, allowed: permission.allowed, ...(statement && { statement }) })
        }
        if (!permission.allowed) failure ??= permission.message
        return permission
      }

      return {
        madeBy(caller) {
          known = caller
          return { ...caller, may: (needed) => note(needed, caller.may(needed)) }
        },
        received(body) {
          if (body.length <= MAX_INPUT_BYTES) input = body.toString()
        },
        failed(message) {
          failure ??= message
        },
      }
    },
  }
}

function isSession(arn: string | undefined): boolean {
  return arn?.includes(":assumed-role/") === true
}
