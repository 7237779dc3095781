// The port through which the endpoints of the services verify signatures and ask for permissions.
import type { DataCaller, DataService } from "../definition/permission.ts"

export type SignedRequest = {
  method: string
  path: string
  query: string
  headers: Readonly<Record<string, string | string[] | undefined>>
  /** SHA-256 of the body in hex. Absent: the body is not read (S3). */
  bodySha256?: string
}

/** A rejection has the AWS error that the service responds with. */
export type Authenticate = (
  request: SignedRequest,
  service: DataService,
) =>
  | { outcome: "verified"; caller: DataCaller }
  | { outcome: "rejected"; status: number; errorType: string; message: string }
