// The two permission results that cross room boundaries.

/** Whether something may be done; a denial carries the message for the caller or the log. */
export type Permission = { allowed: true } | { allowed: false; message: string }

/** Whether a signed request may be served; a denial carries the AWS error to respond with. */
export type RequestPermission =
  | { allowed: true; signer?: Signer }
  | { allowed: false; errorType: string; message: string }

/** The principal whose keys signed a request. */
export type Signer = { arn: string; accountId: string }
