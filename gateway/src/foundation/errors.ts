// A person's mistake, told in one sentence with a way out. Bugs are thrown as plain errors instead, with their stack.

export type GatewayErrorCode =
  | "BAD_OPTION" // a command-line flag or option that does not exist or has a wrong value
  | "BUILD_FAILED" // a step before the gateway (synthesis, bundling) did not succeed
  | "FILE_NOT_FOUND" // a file or folder that was named is not there
  | "PORT_IN_USE" // somebody else listens there
  | "TEMPLATE_INVALID" // the template says something that API Gateway or CloudFormation would refuse
  | "TEMPLATE_UNREADABLE" // not JSON, not YAML, not an assembly

export class GatewayError extends Error {
  override readonly name = "GatewayError"
  readonly code: GatewayErrorCode
  /** How to fix it, as one sentence. */
  readonly hint: string

  constructor(code: GatewayErrorCode, message: string, options: { hint: string; cause?: unknown }) {
    super(message, { cause: options.cause })
    this.code = code
    this.hint = options.hint
  }
}
