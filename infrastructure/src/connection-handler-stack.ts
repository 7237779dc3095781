// The function of the WebSocket routes, and with sign-in the authorizer of the handshake. Their stack comes before the
// API's, so that there is no circular dependency.
import type { Table } from "aws-cdk-lib/aws-dynamodb"
import type { Code, Function as LambdaFunction } from "aws-cdk-lib/aws-lambda"
import type { Construct } from "constructs"
import { BaseDocumentInsightStack, type DocumentInsightStackProps } from "./base-stack.ts"
import { addFunction } from "./document-insight-function.ts"
import { mayQueryIndex, mayUseTable } from "./permissions.ts"
import { byConnectionIndex, type StorageStack } from "./storage-stack.ts"

export type ConnectionHandlerStackProps = DocumentInsightStackProps & {
  storage: StorageStack
  code: Code
  /** Called only with sign-in. */
  authorizerCode: () => Code
}

export class ConnectionHandlerStack extends BaseDocumentInsightStack {
  readonly connectionHandler: LambdaFunction
  /** Only with sign-in. */
  readonly ticketAuthorizer: LambdaFunction | undefined

  constructor(scope: Construct, props: ConnectionHandlerStackProps) {
    super(scope, "connection-handler", props, "The function of the WebSocket API's routes")
    const { documentsTable, watchersTable, ticketsTable } = props.storage
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
        SIGN_IN: this.config.sign_in,
      },
      permissions: [
        mayUseTable(documentsTable, "dynamodb:GetItem"),
        mayUseTable(watchersTable, "dynamodb:PutItem", "dynamodb:DeleteItem"),
        mayQueryIndex(watchersTable, byConnectionIndex),
      ],
    })
    if (ticketsTable) this.ticketAuthorizer = this.addTicketAuthorizer(ticketsTable, props.authorizerCode())
  }

  private addTicketAuthorizer(ticketsTable: Table, code: Code): LambdaFunction {
    return addFunction(this, "TicketAuthorizer", {
      name: "ticket-authorizer",
      description: "Authorizes $connect: exchanges a single-use ticket for the session that it was issued to",
      code,
      memoryMb: this.config.connection_handler_memory_mb,
      timeoutSeconds: this.config.connection_handler_timeout_seconds,
      environment: { TICKETS_TABLE_NAME: ticketsTable.tableName },
      permissions: [mayUseTable(ticketsTable, "dynamodb:DeleteItem")],
    })
  }
}
