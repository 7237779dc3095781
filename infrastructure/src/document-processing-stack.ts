// The function that reads documents: fed by the upload queue, it pushes its progress through the WebSocket API.
import { Validations } from "aws-cdk-lib"
import type { IRole } from "aws-cdk-lib/aws-iam"
import type { Code, Function as LambdaFunction } from "aws-cdk-lib/aws-lambda"
import { SqsEventSource } from "aws-cdk-lib/aws-lambda-event-sources"
import type { Construct } from "constructs"
import { BaseDocumentInsightStack, type DocumentInsightStackProps } from "./base-stack.ts"
import { addFunction } from "./document-insight-function.ts"
import { acknowledgeUploads, mayUseTable, mayUseUploads } from "./permissions.ts"
import type { StorageStack } from "./storage-stack.ts"
import type { WebSocketApiStack } from "./websocket-api-stack.ts"

export type DocumentProcessingStackProps = DocumentInsightStackProps & {
  storage: StorageStack
  webSocketApi: WebSocketApiStack
  code: Code
}

export class DocumentProcessingStack extends BaseDocumentInsightStack {
  readonly documentProcessor: LambdaFunction

  constructor(scope: Construct, props: DocumentProcessingStackProps) {
    super(scope, "document-processing", props, "The function that reads documents and tells how far it is")
    const { documentsTable, watchersTable, uploadQueue } = props.storage
    this.documentProcessor = addFunction(this, "DocumentProcessor", {
      name: "document-processor",
      description: "Reads an uploaded document page by page, pushes its progress and stores its insights",
      code: props.code,
      memoryMb: this.config.document_processor_memory_mb,
      timeoutSeconds: this.config.document_processor_timeout_seconds,
      environment: {
        DOCUMENTS_TABLE_NAME: documentsTable.tableName,
        WATCHERS_TABLE_NAME: watchersTable.tableName,
        WEBSOCKET_CALLBACK_URL: props.webSocketApi.callbackUrl,
        MAX_RECEIVE_COUNT: String(this.config.max_receive_count),
      },
      permissions: [
        mayUseTable(documentsTable, "dynamodb:GetItem", "dynamodb:UpdateItem"),
        mayUseTable(watchersTable, "dynamodb:Query", "dynamodb:DeleteItem"),
        mayUseUploads(props.storage, "s3:GetObject"),
      ],
    })
    // One document at a time in an invocation: a long one neither delays another nor takes its time from it.
    this.documentProcessor.addEventSource(
      new SqsEventSource(uploadQueue, {
        batchSize: 1,
        reportBatchItemFailures: true,
        maxConcurrency: this.config.document_processor_max_concurrency,
      }),
    )
    props.webSocketApi.grantManageConnections(this.documentProcessor)
    acknowledgeUploads(this.documentProcessor, this.envName)
    Validations.of(this.documentProcessor.role as IRole).acknowledge({
      // cdk-nag shows a reference to another stack as the name of its export.
      id: `AwsSolutions-IAM5[Resource::arn:<AWS::Partition>:execute-api:<AWS::Region>:<AWS::AccountId>:${props.webSocketApi.stackName}:ExportsOutputRefWebSocketApi6DDF9954/${this.envName}/*/@connections/*]`,
      reason: "A connection's id is known only while it lives; this is every connection of one API and one stage.",
    })
  }
}
