// The HTTP API: upload, read and delete documents.
//
// The WebSocket API has a stack of its own: the document processor depends on it, this API is deployed after the
// processor, and each can be deployed, or fail, without affecting the open connections of the other.
import { Duration, Validations } from "aws-cdk-lib"
import { AccessLogFormat } from "aws-cdk-lib/aws-apigateway"
import {
  type CfnStage,
  CorsHttpMethod,
  HttpApi,
  HttpMethod,
  HttpStage,
  LogGroupLogDestination,
} from "aws-cdk-lib/aws-apigatewayv2"
import { HttpLambdaIntegration } from "aws-cdk-lib/aws-apigatewayv2-integrations"
import type { Code, Function as LambdaFunction } from "aws-cdk-lib/aws-lambda"
import { LogGroup } from "aws-cdk-lib/aws-logs"
import type { Construct } from "constructs"
import { httpAccessLogFormat } from "./access-log.ts"
import { BaseDocumentInsightStack, type DocumentInsightStackProps } from "./base-stack.ts"
import { anonymousLimits } from "./config.ts"
import { addFunction } from "./document-insight-function.ts"
import {
  acknowledgeConnections,
  acknowledgeObjects,
  mayNotifyWatchers,
  maySendMessages,
  mayUseTable,
  mayUseTexts,
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
  thumbnailsCode: Code
}

/** A route of the HTTP API. The function is `documents-api` by default. */
export type HttpRouteProps = { path: string; method: HttpMethod; handler?: "page-thumbnails" }

const uploadRoute = { path: "/documents", method: HttpMethod.POST }

/** The routes of documents, with and without sign-in. */
export const documentRoutes: readonly HttpRouteProps[] = [
  uploadRoute,
  { path: "/documents/{documentId}", method: HttpMethod.GET },
  { path: "/documents/{documentId}", method: HttpMethod.DELETE },
  { path: "/documents/{documentId}/pages/{page}", method: HttpMethod.GET },
  { path: "/documents/{documentId}/pages/{page}/thumbnail", method: HttpMethod.GET, handler: "page-thumbnails" },
  { path: "/documents/{documentId}/search", method: HttpMethod.GET },
  { path: "/documents/{documentId}/password", method: HttpMethod.POST },
]

/** As much as the processor can read (`maxDocumentBytes` of the protocol). */
const maxDocumentBytes = 50_000_000

export class ApiGatewayStack extends BaseDocumentInsightStack {
  readonly httpApi: HttpApi
  readonly documentsApi: LambdaFunction
  readonly pageThumbnails: LambdaFunction

  constructor(scope: Construct, props: ApiGatewayStackProps) {
    super(scope, "api-gateway", props, "The HTTP API: upload, read and delete documents")
    this.documentsApi = this.addDocumentsApi(props)
    this.pageThumbnails = this.addPageThumbnails(props)
    this.httpApi = new HttpApi(this, "HttpApi", {
      apiName: this.resourceName("http-api"),
      description: "Upload, read and delete documents",
      createDefaultStage: false,
      corsPreflight: {
        allowOrigins: webOrigins(this.config),
        allowMethods: [CorsHttpMethod.GET, CorsHttpMethod.POST, CorsHttpMethod.DELETE],
        allowHeaders: [
          "content-type",
          "x-document-password",
          ...(this.config.sign_in === "cognito" ? ["authorization", "x-share-token"] : []),
        ],
        maxAge: Duration.hours(1),
      },
    })
    const stage = this.addStage()
    // With sign-in the routes are in a stack of their own: see SignedInRoutesStack.
    if (this.config.sign_in === "none") this.addAnonymousRoutes(stage)
    this.addStackOutput("ApiEndpoint", this.httpApi.apiEndpoint, "The HTTP API")
    // The page's stack imports it; see the same line in WebSocketApiStack.
    this.exportValue(this.httpApi.apiEndpoint)
  }

  private addAnonymousRoutes(stage: HttpStage): void {
    const integrationOf = this.integrations()
    const routes = documentRoutes.flatMap(({ path, method, handler }) =>
      this.httpApi.addRoutes({ path, methods: [method], integration: integrationOf(handler) }),
    )
    Validations.of(this.httpApi).acknowledge({
      id: "AwsSolutions-APIG4",
      reason:
        "Without sign-in (sign_in), a document is reached only by its unguessable id; uploads are throttled and expire.",
    })
    const limits = anonymousLimits(this)
    if (!limits) return
    const { rateLimit, burstLimit } = limits.uploadThrottle
    const resource = stage.node.defaultChild as CfnStage
    resource.routeSettings = {
      [`${uploadRoute.method} ${uploadRoute.path}`]: {
        ThrottlingRateLimit: rateLimit,
        ThrottlingBurstLimit: burstLimit,
        DetailedMetricsEnabled: this.config.detailed_metrics,
      },
    }
    // A stage's settings can name only routes that exist.
    for (const route of routes) resource.node.addDependency(route)
  }

  /** An integration for each function of the routes, in whichever stack the routes are. */
  integrations(): (handler: HttpRouteProps["handler"]) => HttpLambdaIntegration {
    const ofApi = new HttpLambdaIntegration("DocumentsApiIntegration", this.documentsApi)
    const ofThumbnails = new HttpLambdaIntegration("PageThumbnailsIntegration", this.pageThumbnails)
    return (handler) => (handler === "page-thumbnails" ? ofThumbnails : ofApi)
  }

  /** A function of its own, because rendering a page may take seconds and hundreds of megabytes. */
  private addPageThumbnails({ storage, thumbnailsCode }: ApiGatewayStackProps): LambdaFunction {
    const thumbnails = addFunction(this, "PageThumbnails", {
      name: "page-thumbnails",
      description: "Renders small images of pages",
      code: thumbnailsCode,
      memoryMb: 1_024,
      timeoutSeconds: 15,
      environment: {
        DOCUMENTS_TABLE_NAME: storage.documentsTable.tableName,
        DOCUMENTS_BUCKET_NAME: storage.documentsBucket.bucketName,
        SIGN_IN: this.config.sign_in,
      },
      permissions: [
        mayUseTable(storage.documentsTable, "dynamodb:GetItem"),
        mayUseUploads(storage, "s3:GetObject"),
        // DeleteObject: a thumbnail that was stored while its document was being deleted.
        mayUseTexts(storage, "s3:GetObject", "s3:PutObject", "s3:DeleteObject"),
      ],
    })
    acknowledgeObjects(thumbnails, this.envName)
    return thumbnails
  }

  private addDocumentsApi({ storage, webSocketApi, code }: ApiGatewayStackProps): LambdaFunction {
    const { documentsTable, watchersTable, ticketsTable, documentsBucket, uploadQueue, uploadDeadlineQueue } = storage
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
        UPLOAD_QUEUE_URL: uploadQueue.queueUrl,
        MAX_DOCUMENT_BYTES: String(anonymousLimits(this)?.maxDocumentBytes ?? maxDocumentBytes),
        SIGN_IN: this.config.sign_in,
        ...(this.config.ocr !== "none" && { OCR_LANGUAGES: this.config.ocr }),
        ...(ticketsTable && { TICKETS_TABLE_NAME: ticketsTable.tableName }),
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
        // Documents that were given a password.
        maySendMessages(uploadQueue),
        ...(ticketsTable ? [mayUseTable(ticketsTable, "dynamodb:PutItem")] : []),
        // Presigned uploads are signed with this role: S3 checks its PutObject permission when the browser sends the bytes.
        mayUseUploads(storage, "s3:PutObject", "s3:DeleteObject"),
        mayUseTexts(storage, "s3:GetObject", "s3:DeleteObject"),
      ],
    })
    webSocketApi.grantManageConnections(documentsApi)
    acknowledgeObjects(documentsApi, this.envName)
    acknowledgeConnections(documentsApi, webSocketApi)
    return documentsApi
  }

  private addStage(): HttpStage {
    const accessLogs = new LogGroup(this, "AccessLogs", {
      // AWS: log delivery needs a resource policy, which has at most 5,120 characters per account; groups under
      // /aws/vendedlogs/ do not count (system-log-delivery)
      logGroupName: `/aws/vendedlogs/${this.resourceName("http-api")}/access`,
      retention: this.logRetention,
      removalPolicy: this.removalPolicy,
    })
    return new HttpStage(this, "Stage", {
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
