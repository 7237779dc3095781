// What a function may do to the data, spelled as IAM says it: the actions its code calls, on the things it calls them on.
import { Validations } from "aws-cdk-lib"
import type { Table } from "aws-cdk-lib/aws-dynamodb"
import { type IRole, PolicyStatement } from "aws-cdk-lib/aws-iam"
import type { Function as LambdaFunction } from "aws-cdk-lib/aws-lambda"
import { projectName } from "./base-stack.ts"
import { type StorageStack, uploadPrefix } from "./storage-stack.ts"

/** CDK's own grants cover every index and whole families of actions; these name each. */
export function mayUseTable(table: Table, ...actions: `dynamodb:${string}`[]): PolicyStatement {
  return new PolicyStatement({ actions, resources: [table.tableArn] })
}

export function mayQueryIndex(table: Table, indexName: string): PolicyStatement {
  return new PolicyStatement({ actions: ["dynamodb:Query"], resources: [`${table.tableArn}/index/${indexName}`] })
}

/** On uploads, and on nothing else in the bucket. */
export function mayUseUploads({ uploadsArn }: StorageStack, ...actions: `s3:${string}`[]): PolicyStatement {
  return new PolicyStatement({ actions, resources: [uploadsArn] })
}

/** For functions that may use uploads: cdk-nag takes the `*` behind the prefix for a wildcard permission. */
export function acknowledgeUploads(lambda: LambdaFunction, envName: string): void {
  const bucket = `${projectName}-${envName}-uploads-<AWS::AccountId>-<AWS::Region>`
  Validations.of(lambda.role as IRole).acknowledge({
    id: `AwsSolutions-IAM5[Resource::arn:<AWS::Partition>:s3:::${bucket}/${uploadPrefix}*]`,
    reason: "An upload's key ends in its document's id, which is made at run time.",
  })
}
