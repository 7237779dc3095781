// The port of a service that the gateway itself implements: one request in, one response out.
import type { DataCaller, LocalServiceName, NeededPermission } from "../../definition/permission.ts"

export type LocalRequest = {
  method: string
  path: string
  query: string
  headers: Readonly<Record<string, string | string[] | undefined>>
  body: Buffer
}

export type LocalResponse = { status: number; headers: Record<string, string>; body: string }

export type LocalService = {
  name: LocalServiceName
  /** @throws ServiceError for a request that AWS rejects */
  serve(request: LocalRequest, caller: DataCaller): Promise<LocalResponse>
  /** A failure in the protocol of the service. */
  errorResponse(error: ServiceError, headers: LocalRequest["headers"]): LocalResponse
}

/** An error of a service, which its caller receives. */
export class ServiceError extends Error {
  /** `ResourceNotFoundException` */
  readonly code: string
  readonly status: number

  constructor(code: string, message: string, status = 400) {
    super(message)
    this.name = "ServiceError"
    this.code = code
    this.status = status
  }
}

/**
 * @throws ServiceError with the first permission that is missing; each that is missing is reported
 * @param denied the code and the status of a denial: of the service's protocol
 */
export function requirePermissions(
  caller: DataCaller,
  needed: readonly NeededPermission[],
  denied: { code: string; status: number },
): void {
  if (!caller.isRestricted) return
  const messages = needed.map((one) => caller.may(one)).flatMap((one) => (one.allowed ? [] : [one.message]))
  const [first] = messages
  if (first !== undefined) throw new ServiceError(denied.code, first, denied.status)
}
