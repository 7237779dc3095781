// Finds the function that an integration URI names.

/**
 * The unqualified ARN inside `arn:…:apigateway:{region}:lambda:path/2015-03-31/functions/{arn}/invocations`, or of a URI
 * that is a function's ARN itself, as HTTP APIs allow. `undefined` for any other URI.
 */
export function functionArnInUri(uri: string): string | undefined {
  const arn = /\/functions\/(arn:[^/]+)\/invocations$/.exec(uri)?.[1] ?? uri
  const parts = arn.split(":")
  if (parts[0] !== "arn" || parts[2] !== "lambda" || parts[5] !== "function" || arn.includes("${")) return undefined
  return parts.slice(0, 7).join(":")
}
