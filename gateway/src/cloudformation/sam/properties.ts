// What SAM's resources have in common.
import { isRecord } from "../../foundation/is-record.ts"
import type { ResourceBody } from "../source/stack.ts"

export type Properties = Record<string, unknown>
export type Resources = Record<string, ResourceBody>

/** A path beside the template, or a place in S3. */
export function codeAt(uri: unknown): Properties {
  if (isRecord(uri)) return { S3Bucket: uri.Bucket, S3Key: uri.Key }
  const [, bucket, key] = /^s3:\/\/([^/]+)\/(.+)$/.exec(String(uri)) ?? []
  return bucket === undefined ? { LocalPath: uri } : { S3Bucket: bucket, S3Key: key }
}

/** The entries that have a value. */
export function given(properties: Properties): Properties {
  return Object.fromEntries(Object.entries(properties).filter(([, value]) => value !== undefined))
}

/** Lets an AWS service invoke a function, which may be named in any way. */
export function permission(functionName: unknown, principal: string, source: Properties): ResourceBody {
  return {
    Type: "AWS::Lambda::Permission",
    Properties: { FunctionName: functionName, Action: "lambda:InvokeFunction", Principal: principal, ...source },
  }
}
