// The HTTP API: upload, read and delete documents.
//
// The WebSocket API has a stack of its own: the document processor depends on it, this API is deployed after the
// processor, and each can be deployed, or fail, without affecting the open connections of the other.
import { Duration, Validations } from "aws-cdk-lib"
import { AccessLogFormat } from "aws-cdk-lib/aws-apigateway"
import { CorsHttpMethod, HttpApi, HttpMethod, HttpStage, LogGroupLogDestination } from "aws-cdk-lib/aws-apigatewayv2"
import { HttpLambdaIntegration } from "aws-cdk-lib/aws-apigatewayv2-integrations"
import type { Code, Function as LambdaFunction } from "aws-cdk-lib/aws-lambda"
import { LogGroup } from "aws-cdk-lib/aws-logs"
import type { Construct } from "constructs"
import { httpAccessLogFormat } from "./access-log.ts"
import { BaseDocumentInsightStack, type DocumentInsightStackProps } from "./base-stack.ts"
import { addFunction } from "./document-insight-function.ts"
import {
  acknowledgeConnections,
  acknowledgeUploads,
  mayNotifyWatchers,
  maySendMessages,
  mayUseTable,
  mayUseUploads,
} from "./permissions.ts"
import { notifierVariables } from "./push-rates.ts"
import type { StorageStack } from "./storage-stack.ts"
import { webOrigins } from "./web-origins.ts"
import type { WebSocketApiStack } from "./websocket-api-stack.ts"

export type ApiGatewayStackProps = DocumentInsightStackProps & {
  storage: StorageStack
  /** Deleting a document is pushed to its watchers. */
  webSocketApi: WebSocketApiStack
  code: Code
}

const routes: readonly { path: string; method: HttpMethod }[] = [
  { path: "/documents", method: HttpMethod.POST },
  { path: "/documents/{documentId}", method: HttpMethod.GET },
  { path: "/documents/{documentId}", method: HttpMethod.DELETE },
]

export class ApiGatewayStack extends BaseDocumentInsightStack {
  readonly httpApi: HttpApi
  readonly documentsApi: LambdaFunction

  constructor(scope: Construct, props: ApiGatewayStackProps) {
    super(scope, "api-gateway", props, "The HTTP API: upload, read and delete documents")
    this.documentsApi = this.addDocumentsApi(props)
    this.httpApi = new HttpApi(this, "HttpApi", {
      apiName: this.resourceName("http-api"),
      description: "Upload, read and delete documents",
      createDefaultStage: false,
      corsPreflight: {
        allowOrigins: webOrigins(this.config),
        allowMethods: [CorsHttpMethod.GET, CorsHttpMethod.POST, CorsHttpMethod.DELETE],
        allowHeaders: ["content-type"],
        maxAge: Duration.hours(1),
      },
    })
    const integration = new HttpLambdaIntegration("DocumentsApiIntegration", this.documentsApi)
    for (const { path, method } of routes) this.httpApi.addRoutes({ path, methods: [method], integration })
    this.addStage()
    this.addStackOutput("ApiEndpoint", this.httpApi.apiEndpoint, "The HTTP API")
    // The page's stack imports it; see the same line in WebSocketApiStack.
    this.exportValue(this.httpApi.apiEndpoint)
    Validations.of(this.httpApi).acknowledge({
      id: "AwsSolutions-APIG4",
      reason:
        "There is no sign-in yet. A document is reached only by its unguessable id; uploads are throttled and expire.",
    })
  }

  private addDocumentsApi({ storage, webSocketApi, code }: ApiGatewayStackProps): LambdaFunction {
    const { documentsTable, watchersTable, documentsBucket, uploadDeadlineQueue } = storage
    const documentsApi = addFunction(this, "DocumentsApi", {
      name: "documents-api",
      description: "Handles the routes of the HTTP API",
      code,
      memoryMb: this.config.documents_api_memory_mb,
      timeoutSeconds: this.config.documents_api_timeout_seconds,
      reservedConcurrency: this.config.documents_api_reserved_concurrency,
      environment: {
        DOCUMENTS_TABLE_NAME: documentsTable.tableName,
        WATCHERS_TABLE_NAME: watchersTable.tableName,
        DOCUMENTS_BUCKET_NAME: documentsBucket.bucketName,
        ...notifierVariables(this.config, { storage, webSocketApi }),
        UPLOAD_DEADLINE_QUEUE_URL: uploadDeadlineQueue.queueUrl,
      },
      permissions: [
        mayUseTable(
          documentsTable,
          "dynamodb:PutItem",
          "dynamodb:GetItem",
          "dynamodb:UpdateItem",
          "dynamodb:DeleteItem",
        ),
        mayUseTable(watchersTable, "dynamodb:Query"),
        ...mayNotifyWatchers(storage),
        maySendMessages(uploadDeadlineQueue),
        // Presigned uploads are signed with this role: S3 checks its PutObject permission when the browser sends the bytes.
        mayUseUploads(storage, "s3:PutObject", "s3:DeleteObject"),
      ],
    })
    webSocketApi.grantManageConnections(documentsApi)
    acknowledgeUploads(documentsApi, this.envName)
    acknowledgeConnections(documentsApi, webSocketApi)
    return documentsApi
  }

  private addStage(): void {
    const accessLogs = new LogGroup(this, "AccessLogs", {
      // AWS: log delivery needs a resource policy, which has at most 5,120 characters per account; groups under
      // /aws/vendedlogs/ do not count (system-log-delivery)
      logGroupName: `/aws/vendedlogs/${this.resourceName("http-api")}/access`,
      retention: this.logRetention,
      removalPolicy: this.removalPolicy,
    })
    new HttpStage(this, "Stage", {
      httpApi: this.httpApi,
      stageName: "$default",
      autoDeploy: true,
      throttle: { rateLimit: this.config.http_throttle_rate, burstLimit: this.config.http_throttle_burst },
      detailedMetricsEnabled: this.config.detailed_metrics,
      accessLogSettings: {
        destination: new LogGroupLogDestination(accessLogs),
        format: AccessLogFormat.custom(httpAccessLogFormat),
      },
    })
  }
}
