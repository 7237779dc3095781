// The port through which the endpoints of the services verify signatures and ask for permissions.
import type { DataCaller, DataService } from "../definition/permission.ts"
import type { SignedRequest } from "../definition/signed-request.ts"

/** A rejection has the AWS error that the service responds with. */
export type Authenticate = (
  request: SignedRequest,
  service: DataService,
) =>
  | { outcome: "verified"; caller: DataCaller }
  | { outcome: "rejected"; status: number; errorType: string; message: string }
