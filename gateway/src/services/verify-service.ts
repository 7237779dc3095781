// The signature check that the endpoints of the services are given.

export type SignedRequest = {
  method: string
  path: string
  query: string
  headers: Readonly<Record<string, string | string[] | undefined>>
  /** SHA-256 of the body in hex. Absent: the body is not read (S3). */
  bodySha256?: string
}

export type ServiceName = "dynamodb" | "s3" | "sqs"

/** @returns the rejection that the service responds with; undefined when the request is accepted */
export type VerifyService = (
  request: SignedRequest,
  service: ServiceName,
) => { status: number; errorType: string; message: string } | undefined
