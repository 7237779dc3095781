// Helpers for the resources that SAM and OpenAPI definitions generate.
import { isRecord } from "../foundation/is-record.ts"
import type { ResourceBody } from "./source/stack.ts"

export type Properties = Record<string, unknown>

/** Generated resources with their logical ids. */
export type Resources = [logicalId: string, resource: ResourceBody][]

/** The code property for a local path or a location in S3. */
export function codeAt(uri: unknown): Properties {
  if (isRecord(uri)) return { S3Bucket: uri.Bucket, S3Key: uri.Key }
  const [, bucket, key] = /^s3:\/\/([^/]+)\/(.+)$/.exec(String(uri)) ?? []
  return bucket === undefined ? { LocalPath: uri } : { S3Bucket: bucket, S3Key: key }
}

/** The entries of a map of the template; none for any other value. */
export function entriesOf(value: unknown): [string, unknown][] {
  return isRecord(value) ? Object.entries(value) : []
}

/** The characters of a text that logical ids can have. */
export function alphanumeric(text: string): string {
  return text.replaceAll(/[^A-Za-z0-9]/g, "")
}

/** A permission for an AWS service to invoke a function. */
export function permission(functionName: unknown, principal: string, source: Properties): ResourceBody {
  return {
    Type: "AWS::Lambda::Permission",
    Properties: { FunctionName: functionName, Action: "lambda:InvokeFunction", Principal: principal, ...source },
  }
}

/** The policy of a role that only this service assumes. */
export function trustPolicy(service: string): Properties {
  const statement = { Effect: "Allow", Principal: { Service: [service] }, Action: ["sts:AssumeRole"] }
  return { Version: "2012-10-17", Statement: [statement] }
}

/** The ARN of a route, a method or the authorizers of an API, as the source of an invocation. */
export function executeApiArn(apiId: string, path: string): Properties {
  return { "Fn::Sub": `arn:\${AWS::Partition}:execute-api:\${AWS::Region}:\${AWS::AccountId}:\${${apiId}}/${path}` }
}

/** The URI with which API Gateway invokes a function. */
export function invocationUri(functionArn: unknown): Properties {
  const text = `arn:\${AWS::Partition}:apigateway:\${AWS::Region}:lambda:path/2015-03-31/functions/\${arn}/invocations`
  return { "Fn::Sub": [text, { arn: functionArn }] }
}
