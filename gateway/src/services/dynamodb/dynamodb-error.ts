// The errors of DynamoDB, in the form in which the package dynalite has its own.

export type DynamoDbError = Error & { statusCode: number; body: Record<string, unknown> }

/** @param more what the body has beside the code and the message */
export function dynamoDbError(code: string, message: string, more: object = {}): DynamoDbError {
  const body = { __type: `com.amazonaws.dynamodb.v20120810#${code}`, message, ...more }
  return Object.assign(new Error(message), { statusCode: 400, body })
}

export function validationError(message: string): DynamoDbError {
  const body = { __type: "com.amazon.coral.validate#ValidationException", message }
  return Object.assign(new Error(message), { statusCode: 400, body })
}

export function isDynamoDbError(error: unknown): error is DynamoDbError {
  return error instanceof Error && "statusCode" in error && "body" in error
}

/** `ValidationException` */
export function codeOf({ body }: DynamoDbError): string {
  return String(body.__type).split("#").at(-1) ?? ""
}
