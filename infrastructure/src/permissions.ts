// IAM statements for the functions: exactly the actions that their code calls, on the resources it calls them on.
import { type Stack, Validations } from "aws-cdk-lib"
import type { Table } from "aws-cdk-lib/aws-dynamodb"
import { type IRole, PolicyStatement } from "aws-cdk-lib/aws-iam"
import type { Function as LambdaFunction } from "aws-cdk-lib/aws-lambda"
import type { Queue } from "aws-cdk-lib/aws-sqs"
import { projectName } from "./stack-names.ts"
import { byConnectionIndex, type StorageStack, textPrefix, uploadPrefix } from "./storage-stack.ts"
import { foundationModelOf, type SummaryModel } from "./summary-model.ts"
import type { WebSocketApiStack } from "./websocket-api-stack.ts"

/** Not CDK's own grants, which cover every index and whole families of actions. */
export function mayUseTable(table: Table, ...actions: `dynamodb:${string}`[]): PolicyStatement {
  return new PolicyStatement({ actions, resources: [table.tableArn] })
}

export function mayQueryIndex(table: Table, indexName: string): PolicyStatement {
  return new PolicyStatement({ actions: ["dynamodb:Query"], resources: [`${table.tableArn}/index/${indexName}`] })
}

export function maySendMessages(queue: Queue): PolicyStatement {
  return new PolicyStatement({ actions: ["sqs:SendMessage"], resources: [queue.queueArn] })
}

/** To notify watchers: to remove those that are gone or have received the end, and to share many out. */
export function mayNotifyWatchers({ watchersTable, pushQueue }: StorageStack): PolicyStatement[] {
  return [
    mayUseTable(watchersTable, "dynamodb:DeleteItem", "dynamodb:BatchWriteItem"),
    mayQueryIndex(watchersTable, byConnectionIndex),
    maySendMessages(pushQueue),
  ]
}

/** Uploads only, not the rest of the bucket. */
export function mayUseUploads({ uploadsArn }: StorageStack, ...actions: `s3:${string}`[]): PolicyStatement {
  return new PolicyStatement({ actions, resources: [uploadsArn] })
}

/** The text of documents only. */
export function mayUseTexts({ textsArn }: StorageStack, ...actions: `s3:${string}`[]): PolicyStatement {
  return new PolicyStatement({ actions, resources: [textsArn] })
}

/** To invoke one function, in its current version. */
export function mayInvoke(lambda: LambdaFunction): PolicyStatement {
  return new PolicyStatement({ actions: ["lambda:InvokeFunction"], resources: [lambda.functionArn] })
}

/** To have the model's response streamed, and nothing else of Amazon Bedrock. */
export function mayInvokeModel(stack: Stack, { model, regions }: SummaryModel): PolicyStatement[] {
  // AWS: ConverseStream needs this permission (system-bedrock-permission)
  const actions = ["bedrock:InvokeModelWithResponseStream"]
  const modelArn = (id: string, region: string) =>
    stack.formatArn({ service: "bedrock", region, account: "", resource: "foundation-model", resourceName: id })
  if (regions.length === 0) return [new PolicyStatement({ actions, resources: [modelArn(model, stack.region)] })]
  const profileArn = stack.formatArn({ service: "bedrock", resource: "inference-profile", resourceName: model })
  const foundationModel = foundationModelOf(model)
  return [
    new PolicyStatement({ actions, resources: [profileArn] }),
    // AWS: the model is invoked in any of the profile's regions, and can be limited to the profile (system-bedrock-regions)
    new PolicyStatement({
      actions,
      resources: regions.map((region) => modelArn(foundationModel, region)),
      conditions: { StringEquals: { "bedrock:InferenceProfileArn": profileArn } },
    }),
  ]
}

/** For functions that may use uploads, texts or both: cdk-nag reports the `*` after the prefix as a wildcard permission. */
export function acknowledgeObjects(
  lambda: LambdaFunction,
  envName: string,
  prefixes: readonly string[] = [uploadPrefix, textPrefix],
): void {
  const bucket = `${projectName}-${envName}-uploads-<AWS::AccountId>-<AWS::Region>`
  for (const prefix of prefixes) {
    Validations.of(lambda.role as IRole).acknowledge({
      id: `AwsSolutions-IAM5[Resource::arn:<AWS::Partition>:s3:::${bucket}/${prefix}*]`,
      reason: "The key of an object contains the id of its document, which is created at run time.",
    })
  }
}

/** For functions that may manage connections: cdk-nag shows a reference to another stack as the name of its export. */
export function acknowledgeConnections(lambda: LambdaFunction, { stackName, envName }: WebSocketApiStack): void {
  Validations.of(lambda.role as IRole).acknowledge({
    id: `AwsSolutions-IAM5[Resource::arn:<AWS::Partition>:execute-api:<AWS::Region>:<AWS::AccountId>:${stackName}:ExportsOutputRefWebSocketApi6DDF9954/${envName}/*/@connections/*]`,
    reason: "A connection's id is created at run time; this is every connection of one API and one stage.",
  })
}
