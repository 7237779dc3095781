// The function of the WebSocket routes. Its stack comes before the API's, so that there is no circular dependency.
import type { Code, Function as LambdaFunction } from "aws-cdk-lib/aws-lambda"
import type { Construct } from "constructs"
import { BaseDocumentInsightStack, type DocumentInsightStackProps } from "./base-stack.ts"
import { addFunction } from "./document-insight-function.ts"
import { mayQueryIndex, mayUseTable } from "./permissions.ts"
import { byConnectionIndex, type StorageStack } from "./storage-stack.ts"

export type ConnectionHandlerStackProps = DocumentInsightStackProps & { storage: StorageStack; code: Code }

export class ConnectionHandlerStack extends BaseDocumentInsightStack {
  readonly connectionHandler: LambdaFunction

  constructor(scope: Construct, props: ConnectionHandlerStackProps) {
    super(scope, "connection-handler", props, "The function of the WebSocket API's routes")
    const { documentsTable, watchersTable } = props.storage
    this.connectionHandler = addFunction(this, "ConnectionHandler", {
      name: "connection-handler",
      description: "Handles $connect, $disconnect, progress and $default",
      code: props.code,
      memoryMb: this.config.connection_handler_memory_mb,
      timeoutSeconds: this.config.connection_handler_timeout_seconds,
      reservedConcurrency: this.config.connection_handler_reserved_concurrency,
      environment: {
        DOCUMENTS_TABLE_NAME: documentsTable.tableName,
        WATCHERS_TABLE_NAME: watchersTable.tableName,
      },
      permissions: [
        mayUseTable(documentsTable, "dynamodb:GetItem"),
        mayUseTable(watchersTable, "dynamodb:PutItem", "dynamodb:DeleteItem"),
        mayQueryIndex(watchersTable, byConnectionIndex),
      ],
    })
  }
}
