// Decisions of permissions, and what is asked about a call to a service: the types that folders share.

/** Whether something may be done; a denial carries the message for the caller or the log. */
export type Permission = Allowed | Denied

export type Allowed = { allowed: true; statement?: DecidingStatement }

/** The statement that allows something. Absent where no policy was evaluated. */
export type DecidingStatement = {
  policyName: string
  /** In the policy, from 0. */
  index: number
  sid?: string
  policyType: "identity-based" | "resource-based"
}

export type Denied = { allowed: false; message: string }

/** Whether a signed request may be served; a denial carries the AWS error to respond with. */
export type RequestPermission =
  | { allowed: true; signer?: Signer; statement?: DecidingStatement }
  | { allowed: false; errorType: string; message: string }

/** The principal whose keys signed a request. */
export type Signer = { arn: string; accountId: string }

/** The services that functions call, by their names in signatures and host names. */
export type DataService = "dynamodb" | "s3" | "sqs" | "cognito-idp" | LocalServiceName

/** The services that the gateway itself implements. */
export type LocalServiceName = "events" | "kinesis" | "lambda" | "secretsmanager" | "sns" | "ssm" | "states"

/** One of the permissions that a call to a service needs. */
export type NeededPermission = {
  /** `dynamodb:PutItem` */
  action: string
  /** An ARN, or its part after the account: `table/documents`, `bucket/key`, `queue`, `*`. */
  resource: string
  context?: RequestContext
}

export type ContextValue = string | readonly string[] | undefined

/** Values of condition keys. A function is called only when a policy mentions its key. */
export type RequestContext = Readonly<Record<string, ContextValue | (() => ContextValue)>>

/** The caller of a data service, whose signature was verified. */
export type DataCaller = {
  /** Absent when requests are not authenticated. */
  arn?: string
  /** Whether a permission can be denied at all. */
  isRestricted: boolean
  /** Whether the caller has a permission. A denial is reported. */
  may(needed: NeededPermission): Permission
  /** The same without a report, for a permission that only changes the response. */
  hasPermission(needed: NeededPermission): Permission
}
