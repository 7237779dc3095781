// A user's mistake: one sentence, with a hint how to fix it. Defects of the gateway are plain errors with a stack.

export type GatewayErrorCode =
  | "BAD_OPTION" // a command-line flag or option that does not exist or has a wrong value
  | "BUILD_FAILED" // a step before the gateway (synthesis, bundling) did not succeed
  | "CUSTOM_RESOURCE_FAILED" // the function of a custom resource did not create or update it
  | "DATA_UNUSABLE" // the data folder is a file, is in use, or cannot be created
  | "FILE_NOT_FOUND" // a file or folder does not exist
  | "PACKAGE_MISSING" // an optional package is not installed, or needs a newer Node.js
  | "PORT_IN_USE" // the port is taken
  | "TEMPLATE_INVALID" // API Gateway or CloudFormation would reject the template
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
