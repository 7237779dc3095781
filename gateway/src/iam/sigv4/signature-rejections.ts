// The errors that AWS returns for signatures that it rejects. Those of S3 have other types.
// AWS: each service has its own texts (permissions-rejection-texts)

export type Rejection = { errorType: string; message: string }

type Errors = {
  missing(): Rejection
  incomplete(why: string): Rejection
  scope(why: string): Rejection
  /** The clock of a request that is signed in its header differs too much. */
  skewed(why: string): Rejection
  /** A presigned URL has expired, or is not valid yet. */
  expired(why: string): Rejection
  unknownKey(): Rejection
  wrongToken(): Rejection
  unsignedHeader(): Rejection
  mismatch(): Rejection
}

const calculated = "The request signature we calculated does not match the signature you provided."
const unsigned = "There were headers present in the request which were not signed"

const others: Errors = {
  missing: () => ({ errorType: "MissingAuthenticationTokenException", message: "Missing Authentication Token" }),
  incomplete: (message) => ({ errorType: "IncompleteSignatureException", message }),
  scope: (message) => ({ errorType: "InvalidSignatureException", message }),
  skewed: (message) => ({ errorType: "InvalidSignatureException", message }),
  expired: (message) => ({ errorType: "InvalidSignatureException", message }),
  unknownKey: invalidToken,
  wrongToken: invalidToken,
  unsignedHeader: () => ({ errorType: "InvalidSignatureException", message: unsigned }),
  mismatch: () => ({
    errorType: "InvalidSignatureException",
    message: `${calculated} Check your AWS Secret Access Key and signing method. Consult the service documentation for details.`,
  }),
}

function invalidToken(): Rejection {
  return { errorType: "UnrecognizedClientException", message: "The security token included in the request is invalid." }
}

const s3: Errors = {
  missing: () => ({ errorType: "AccessDenied", message: "Access Denied" }),
  incomplete: (message) => ({ errorType: "AuthorizationHeaderMalformed", message }),
  scope: (message) => ({ errorType: "AuthorizationHeaderMalformed", message }),
  skewed: () => ({
    errorType: "RequestTimeTooSkewed",
    message: "The difference between the request time and the current time is too large.",
  }),
  expired: (why) => ({
    errorType: "AccessDenied",
    message: why.startsWith("Signature expired") ? "Request has expired" : "Request is not valid yet",
  }),
  unknownKey: () => ({
    errorType: "InvalidAccessKeyId",
    message: "The AWS Access Key Id you provided does not exist in our records.",
  }),
  wrongToken: () => ({ errorType: "InvalidToken", message: "The provided token is malformed or otherwise invalid." }),
  unsignedHeader: () => ({ errorType: "AccessDenied", message: unsigned }),
  mismatch: () => ({ errorType: "SignatureDoesNotMatch", message: `${calculated} Check your key and signing method.` }),
}

export const rejections = { s3, others }
