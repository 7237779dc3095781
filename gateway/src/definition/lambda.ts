// Lambda resources: functions and event source mappings.
import type { Origin } from "./origin.ts"

export type FunctionDefinition = Origin & {
  functionName: string
  arn: string
  /** `nodejs24.x` */
  runtime: string
  /** `index.handler` */
  handler: string
  /** Whether something that is served invokes it. CDK adds functions for its own resources, which run on AWS only. */
  isTarget?: boolean
  code: FunctionCode
  layers: FunctionCode[]
  environment: Record<string, string>
  timeoutMs: number
  memoryMb: number
  roleArn: string
  logGroupName: string
  logFormat: "Text" | "JSON"
  /** `INFO`: less severe entries of the JSON format are dropped, by the runtimes that filter. */
  logLevel?: string
  reservedConcurrency?: number
  /** ARN of the queue that events of failed asynchronous invocations go to. */
  deadLetterArn?: string
  /** ARNs of the queue or function that receives the results of asynchronous invocations. */
  onSuccessArn?: string
  onFailureArn?: string
  maximumRetryAttempts: number
  maximumEventAgeSeconds: number
  /** The packages of the AWS SDK that it needs and that its imports do not name. */
  sdkPackages?: string[]
}

export type FunctionCode =
  /**
   * The folder can have sources. `build`: they are bundled; `makeTarget`: its Makefile builds them; `layerFolder`: those of
   * a layer, which are placed in this folder, `nodejs` or `python`.
   */
  | { form: "folder"; path: string; build?: BuildProperties; makeTarget?: string; layerFolder?: string }
  | { form: "zip"; path: string }
  /**
   * `path`: the build context of a container image, or the folder of a single file; `files`: what is copied to the task
   * root, from absolute paths.
   */
  | { form: "image"; path: string; files: { from: string; to: string }[] }
  /** `ZipFile`: the source of `index.mjs`, `index.js` or `index.py`. */
  | { form: "inline"; source: string }

/** SAM's `BuildProperties` of the build method esbuild. */
export type BuildProperties = {
  /** Relative to the folder. Empty: the handler. */
  entryPoints: string[]
  external: string[]
  /** `.html=text` */
  loader: string[]
  /** `.js=.mjs` */
  outExtension: string[]
  format?: "cjs" | "esm"
  target?: string
  mainFields?: string[]
  minify?: boolean
}

export type EventSourceMappingDefinition = Origin & {
  functionArn: string
  queueArn: string
  enabled: boolean
  batchSize: number
  batchingWindowSeconds: number
  /** Event patterns: a message is delivered when one matches. Empty: every message. */
  filters: Record<string, unknown>[]
  reportBatchItemFailures: boolean
  maximumConcurrency?: number
}

/** The mapping of a stream of DynamoDB or Kinesis. */
export type StreamMappingDefinition = Origin & {
  functionArn: string
  streamArn: string
  mappingId: string
  enabled: boolean
  batchSize: number
  batchingWindowSeconds: number
  startingPosition: "LATEST" | "TRIM_HORIZON" | "AT_TIMESTAMP"
  /** Of `AT_TIMESTAMP`, in milliseconds since the epoch. */
  startingTime?: number
  /** Event patterns: a record is delivered when one matches. Empty: every record. */
  filters: Record<string, unknown>[]
  /** Whether a batch is split in two when the function fails. */
  bisects: boolean
  maximumRetryAttempts: number
  maximumRecordAgeSeconds: number
  reportBatchItemFailures: boolean
  /** ARN of the queue or topic that receives a report of a batch that is given up. */
  onFailureArn?: string
}
