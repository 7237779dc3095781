// AWS's words for signatures that it does not accept. S3 has its own names for the same mistakes.
// AWS: each service has its own texts (permissions-rejection-texts)

export type Refusal = { errorType: string; message: string }

type Words = {
  missing(): Refusal
  incomplete(why: string): Refusal
  scope(why: string): Refusal
  /** The clock of a request signed in its header is off. */
  skewed(why: string): Refusal
  /** A presigned URL is past its time, or not there yet. */
  expired(why: string): Refusal
  unknownKey(): Refusal
  wrongToken(): Refusal
  unsignedHeader(): Refusal
  mismatch(): Refusal
}

const calculated = "The request signature we calculated does not match the signature you provided."
const unsigned = "There were headers present in the request which were not signed"

const others: Words = {
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

function invalidToken(): Refusal {
  return { errorType: "UnrecognizedClientException", message: "The security token included in the request is invalid." }
}

const s3: Words = {
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

export const refusals = { s3, others }
