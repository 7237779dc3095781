// Composes the services that the gateway itself implements, behind one endpoint.
import type { Definition } from "../../definition/definition.ts"
import type { LocalServiceName } from "../../definition/permission.ts"
import type { Log } from "../../foundation/log.ts"
import type { Authenticate } from "../authenticate.ts"
import type { ServiceCalls } from "../front/service-calls.ts"
import { createInvokeService, type InvokePorts } from "../lambda-invoke/invoke.ts"
import { type LocalServicesFront, startLocalServicesFront } from "./local-services-front.ts"

export type FunctionPorts = Pick<InvokePorts, "invoke" | "invokeAsync">

export type LocalServicesOptions = {
  awsHost(service: LocalServiceName): string
  authenticate: Authenticate
  calls: ServiceCalls
  functions: FunctionPorts
  /** The definition that is served now. */
  definition(): Definition | undefined
  log: Log
}

/** The name of each service in `AWS_ENDPOINT_URL_<SERVICE>`. */
export const localEndpointNames: ReadonlyMap<LocalServiceName, string> = new Map([["lambda", "lambda"]])

export function startLocalServices(options: LocalServicesOptions): Promise<LocalServicesFront> {
  const { awsHost, authenticate, calls, functions, definition, log } = options
  const services = [createInvokeService({ ...functions, functions: () => definition()?.functions ?? [] })]
  return startLocalServicesFront({ services, awsHost, authenticate, calls, log })
}
