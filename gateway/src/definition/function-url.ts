// Function URLs: HTTP addresses of Lambda functions.
import type { ApiEnvironment, HttpCors } from "./api.ts"
import type { Origin } from "./origin.ts"

export type FunctionUrlDefinition = Origin & {
  urlId: string
  /** Its domain name is `{urlId}.lambda-url.{region}.on.aws`. */
  environment: ApiEnvironment
  functionArn: string
  authType: "NONE" | "AWS_IAM"
  /** Whether responses are sent while the function runs. */
  invokeMode: "BUFFERED" | "RESPONSE_STREAM"
  cors?: HttpCors
}
