// What a function may do to the data, spelled as IAM says it: the actions its code calls, on the things it calls them on.

import type { Table } from "aws-cdk-lib/aws-dynamodb"
import { PolicyStatement } from "aws-cdk-lib/aws-iam"
import type { Bucket } from "aws-cdk-lib/aws-s3"
import { uploadPrefix } from "./storage-stack.ts"

/** CDK's own grants cover every index and whole families of actions; these name each. */
export function mayUseTable(table: Table, ...actions: `dynamodb:${string}`[]): PolicyStatement {
  return new PolicyStatement({ actions, resources: [table.tableArn] })
}

export function mayQueryIndex(table: Table, indexName: string): PolicyStatement {
  return new PolicyStatement({ actions: ["dynamodb:Query"], resources: [`${table.tableArn}/index/${indexName}`] })
}

/** On uploads only. `id` in a finding of cdk-nag is the same text for every function, see `acknowledgeUploads`. */
export function mayUseUploads(bucket: Bucket, ...actions: `s3:${string}`[]): PolicyStatement {
  return new PolicyStatement({ actions, resources: [bucket.arnForObjects(`${uploadPrefix}*`)] })
}
