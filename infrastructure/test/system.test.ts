// The templates of the system: names, tags, storage, functions, the permissions of each role, and the HTTP API.
import { readFileSync } from "node:fs"
import { join } from "node:path"
import { describe, expect, test } from "vitest"
import { retentionSeconds } from "../../functions/src/storage/documents-table.ts"
import { watchSeconds } from "../../functions/src/storage/watchers-table.ts"
import { documentRetentionDays } from "../src/storage-stack.ts"
import { type Resource, type Synthesized, synthesized, withoutSignIn } from "./synthesized.ts"

const order = [
  "storage",
  "connection-handler",
  "websocket-api",
  "document-processing",
  "api-gateway",
  "web-hosting",
  "monitoring",
]
const functions: [name: string, stack: string, id: string][] = [
  ["connection-handler", "connection-handler", "ConnectionHandler"],
  ["document-processor", "document-processing", "DocumentProcessor"],
  ["document-watchdog", "document-processing", "DocumentWatchdog"],
  ["progress-notifier", "document-processing", "ProgressNotifier"],
  ["documents-api", "api-gateway", "DocumentsApi"],
  ["page-thumbnails", "api-gateway", "PageThumbnails"],
]

describe.each(["dev", "prod"])("the system in %s without sign-in", (envName) => {
  const app = synthesized(envName, withoutSignIn)
  const isDev = envName === "dev"
  const removal = isDev ? "Delete" : "RetainExceptOnCreate"

  test("has stacks named by convention, each deployed after the one before", () => {
    // The account's stack has no environment in its name, because all environments of an account share it.
    expect(app.stacks.map(({ stackName }) => stackName)).toEqual([
      ...(isDev ? ["document-insight-api-gateway-account"] : []),
      ...order.map((name) => `document-insight-${envName}-${name}`),
    ])
    for (const [index, stack] of app.stacks.entries()) {
      const before = app.stacks.slice(0, index).map(({ id }) => id)
      const needs = stack.dependencies.map(({ id }) => id).filter((id) => !id.endsWith(".assets"))
      expect(before).toEqual(expect.arrayContaining(needs))
      expect(needs).toEqual(expect.arrayContaining(before.slice(-1)))
    }
  })

  test("contains no account, region or partition", () => {
    for (const stack of app.stacks) {
      expect(stack.environment).toMatchObject({ account: "unknown-account", region: "unknown-region" })
      expect(JSON.stringify(stack.template)).not.toMatch(/arn:aws(-cn|-us-gov)?:(?!iam::aws:policy)/)
    }
  })

  test("tags every resource with project, environment, component and managed-by", () => {
    for (const name of order) {
      const tagged = app.template(name).resources.filter(({ Properties }) => Array.isArray(Properties?.Tags))
      for (const { Properties } of tagged) {
        expect(Properties.Tags).toEqual(
          expect.arrayContaining([
            { Key: "component", Value: name },
            { Key: "environment", Value: envName },
            { Key: "managed-by", Value: "cdk" },
            { Key: "project", Value: "document-insight" },
          ]),
        )
      }
    }
    expect(app.one("storage", "AWS::SQS::Queue", "UploadQueue").Properties.Tags).toHaveLength(4)
  })

  describe("storage", () => {
    const bucket = app.one("storage", "AWS::S3::Bucket")
    const queue = app.one("storage", "AWS::SQS::Queue", "UploadQueue")

    test("keeps uploads private, encrypted, TLS-only, and as long as the functions keep their rows", () => {
      expect(bucket.Properties).toMatchObject({
        BucketName: `document-insight-${envName}-uploads-<AWS::AccountId>-<AWS::Region>`,
        PublicAccessBlockConfiguration: {
          BlockPublicAcls: true,
          BlockPublicPolicy: true,
          IgnorePublicAcls: true,
          RestrictPublicBuckets: true,
        },
        BucketEncryption: {
          ServerSideEncryptionConfiguration: [{ ServerSideEncryptionByDefault: { SSEAlgorithm: "AES256" } }],
        },
        LifecycleConfiguration: {
          Rules: [
            { ExpirationInDays: documentRetentionDays, Prefix: "uploads/", Status: "Enabled" },
            { ExpirationInDays: documentRetentionDays, Prefix: "texts/", Status: "Enabled" },
            { AbortIncompleteMultipartUpload: { DaysAfterInitiation: 1 }, Status: "Enabled" },
          ],
        },
      })
      expect(documentRetentionDays * 24 * 3600).toBe(retentionSeconds)
      expect(deniesWithoutTls(app.one("storage", "AWS::S3::BucketPolicy"))).toBe(true)
      expect(bucket.DeletionPolicy).toBe(removal)
    })

    test("allows the origin of the page to PUT uploads, and nothing else", () => {
      expect(bucket.Properties.CorsConfiguration.CorsRules).toEqual([
        {
          AllowedHeaders: ["content-type"],
          AllowedMethods: ["PUT"],
          AllowedOrigins: ["*"],
          ExposedHeaders: ["etag"],
          MaxAge: 3600,
        },
      ])
    })

    test("notifies the queue of uploads, and the queue allows the bucket before the bucket exists", () => {
      expect(bucket.Properties.NotificationConfiguration).toEqual({
        QueueConfigurations: [
          {
            Event: "s3:ObjectCreated:*",
            Filter: { S3Key: { Rules: [{ Name: "prefix", Value: "uploads/" }] } },
            Queue: "<UploadQueue.Arn>",
          },
        ],
      })
      const policy = app.one("storage", "AWS::SQS::QueuePolicy", "UploadQueuePolicy")
      expect(bucket.DependsOn).toContain("UploadQueuePolicy")
      expect(policy.Properties.PolicyDocument.Statement).toContainEqual({
        Sid: "AllowUploadsBucketToSend",
        Effect: "Allow",
        Principal: { Service: "s3.amazonaws.com" },
        Action: "sqs:SendMessage",
        Resource: "<UploadQueue.Arn>",
        Condition: {
          StringEquals: { "aws:SourceAccount": "<AWS::AccountId>" },
          ArnLike: { "aws:SourceArn": `arn:<AWS::Partition>:s3:::${bucket.Properties.BucketName}` },
        },
      })
      expect(JSON.stringify(policy)).not.toContain("<DocumentsBucket")
    })

    test("hides an upload's message for the processor's timeout plus a margin, and gives it up after ten receives", () => {
      const processor = app.one("document-processing", "AWS::Lambda::Function", "DocumentProcessor")
      expect(queue.Properties.VisibilityTimeout).toBe(processor.Properties.Timeout + 60)
      expect(queue.Properties.RedrivePolicy).toEqual({
        deadLetterTargetArn: "<UploadDeadLetterQueue.Arn>",
        maxReceiveCount: 10,
      })
      expect(processor.Properties.Environment.Variables).toMatchObject({
        MAX_ATTEMPTS: "3",
        MAX_CONTINUATIONS: "11",
        MAX_RECEIVE_COUNT: "10",
        CLAIM_SECONDS: "90",
      })
    })

    test("has a dead-letter queue and a queue of upload deadlines, both retried by the watchdog every minute", () => {
      const watchdog = app.one("document-processing", "AWS::Lambda::Function", "DocumentWatchdog")
      const dead = app.one("storage", "AWS::SQS::Queue", "UploadDeadLetterQueue")
      const deadlines = app.one("storage", "AWS::SQS::Queue", "UploadDeadlineQueue")
      expect(dead.Properties).toMatchObject({ MessageRetentionPeriod: 14 * 24 * 3600, VisibilityTimeout: 60 })
      expect(deadlines.Properties).toMatchObject({
        VisibilityTimeout: 60,
        RedrivePolicy: { deadLetterTargetArn: "<UploadDeadLetterQueue.Arn>", maxReceiveCount: 10 },
      })
      expect(watchdog.Properties.Timeout).toBeLessThan(60)
      for (const each of [queue, dead, deadlines]) expect(each.Properties.SqsManagedSseEnabled).toBe(true)
      expect(app.all("storage", "AWS::SQS::QueuePolicy").every(deniesWithoutTls)).toBe(true)
    })

    test("has a queue of pushes that gives up only what cannot be handled: after the last push of an end", () => {
      const notifier = app.one("document-processing", "AWS::Lambda::Function", "ProgressNotifier")
      const pushes = app.one("storage", "AWS::SQS::Queue", "PushQueue")
      const dead = app.one("storage", "AWS::SQS::Queue", "PushDeadLetterQueue")
      expect(pushes.Properties).toMatchObject({
        VisibilityTimeout: 60,
        SqsManagedSseEnabled: true,
        RedrivePolicy: { deadLetterTargetArn: "<PushDeadLetterQueue.Arn>", maxReceiveCount: 200 },
      })
      expect(200 * 60).toBeGreaterThan(watchSeconds)
      expect(dead.Properties).toMatchObject({
        MessageRetentionPeriod: 14 * 24 * 3600,
        SqsManagedSseEnabled: true,
      })
      expect(notifier.Properties.Timeout).toBeLessThan(60)
    })

    test("has a table of documents and a table of watchers with keys and time to live", () => {
      const documents = app.one("storage", "AWS::DynamoDB::Table", "DocumentsTable")
      const watchers = app.one("storage", "AWS::DynamoDB::Table", "WatchersTable")
      expect(documents.Properties.KeySchema).toEqual([{ AttributeName: "documentId", KeyType: "HASH" }])
      expect(watchers.Properties.KeySchema).toEqual([
        { AttributeName: "documentId", KeyType: "HASH" },
        { AttributeName: "connectionId", KeyType: "RANGE" },
      ])
      expect(watchers.Properties.GlobalSecondaryIndexes).toEqual([
        {
          IndexName: "by-connection",
          KeySchema: [
            { AttributeName: "connectionId", KeyType: "HASH" },
            { AttributeName: "documentId", KeyType: "RANGE" },
          ],
          Projection: { ProjectionType: "KEYS_ONLY" },
        },
      ])
      for (const table of [documents, watchers]) {
        expect(table.Properties).toMatchObject({
          BillingMode: "PAY_PER_REQUEST",
          TimeToLiveSpecification: { AttributeName: "expiresAt", Enabled: true },
          PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: !isDev },
          DeletionProtectionEnabled: false,
        })
        expect(table.DeletionPolicy).toBe(removal)
      }
    })
  })

  describe("functions", () => {
    test.each(functions)(
      "%s runs on nodejs24.x and arm64 with tracing, and its log group has a retention",
      (name, stack, id) => {
        const lambda = app.one(stack, "AWS::Lambda::Function", id)
        expect(lambda.Properties).toMatchObject({
          FunctionName: `document-insight-${envName}-${name}`,
          Runtime: "nodejs24.x",
          Architectures: ["arm64"],
          Handler: "index.handler",
          TracingConfig: { Mode: "Active" },
          LoggingConfig: { LogFormat: "JSON", LogGroup: `<${id}Logs>`, ApplicationLogLevel: "INFO" },
        })
        expect(lambda.Properties.Environment.Variables).toMatchObject({
          POWERTOOLS_SERVICE_NAME: name,
          POWERTOOLS_METRICS_NAMESPACE: `document-insight/${envName}`,
          LOG_LEVEL: "INFO",
          NODE_OPTIONS: "--enable-source-maps",
        })
        const logs = app.one(stack, "AWS::Logs::LogGroup", `${id}Logs`)
        expect(logs.Properties).toMatchObject({
          LogGroupName: `/aws/lambda/document-insight-${envName}-${name}`,
          RetentionInDays: isDev ? 7 : 90,
        })
        expect(logs.DeletionPolicy).toBe(removal)
      },
    )

    test("have exactly the environment variables that functions/src/environment.ts requires", () => {
      const onlyWithSettings = ["TICKETS_TABLE_NAME", "OCR_LANGUAGES", "OCR_PAGES_AT_A_TIME", "OCR_TIMEOUT_SECONDS"]
      const source = readFileSync(join(import.meta.dirname, "../../functions/src/environment.ts"), "utf8")
      const asked = new Set([...source.matchAll(/required\("([A-Z_]+)"\)/g)].map(([, name]) => name))
      const given = functions.flatMap(([, stack, id]) =>
        Object.keys(app.one(stack, "AWS::Lambda::Function", id).Properties.Environment.Variables),
      )
      const everyones = /^(POWERTOOLS_|LOG_LEVEL|NODE_OPTIONS)/
      expect(new Set([...given.filter((name) => !everyones.test(name)), ...onlyWithSettings])).toEqual(asked)
      expect(variable(app, "document-processing", "DocumentProcessor", "WEBSOCKET_CALLBACK_URL")).toBe(
        `https://<WebSocketApi>.execute-api.<AWS::Region>.<AWS::URLSuffix>/${envName}`,
      )
    })

    test("the processor reads at most three uploads at a time, one per invocation; the watchdog and the notifier have their own queues", () => {
      const mappings = app.all("document-processing", "AWS::Lambda::EventSourceMapping")
      expect(mappings.map(({ Properties }) => Properties)).toMatchObject([
        { EventSourceArn: "<UploadQueue.Arn>", BatchSize: 1, ScalingConfig: { MaximumConcurrency: 3 } },
        { EventSourceArn: "<UploadDeadLetterQueue.Arn>", BatchSize: 5, ScalingConfig: { MaximumConcurrency: 2 } },
        { EventSourceArn: "<UploadDeadlineQueue.Arn>", BatchSize: 5, ScalingConfig: { MaximumConcurrency: 2 } },
        { EventSourceArn: "<PushQueue.Arn>", BatchSize: 1, ScalingConfig: { MaximumConcurrency: 2 } },
      ])
      for (const { Properties } of mappings) {
        expect(Properties.FunctionResponseTypes).toEqual(["ReportBatchItemFailures"])
      }
    })
  })

  describe("the permissions of each role are exactly:", () => {
    const traces = ["xray:PutTelemetryRecords on *", "xray:PutTraceSegments on *"]
    const logs = (id: string) => [`logs:CreateLogStream on <${id}Logs.Arn>`, `logs:PutLogEvents on <${id}Logs.Arn>`]
    const uploads = `arn:<AWS::Partition>:s3:::document-insight-${envName}-uploads-<AWS::AccountId>-<AWS::Region>/uploads/*`
    const texts = uploads.replace("/uploads/*", "/texts/*")

    const connections = `execute-api:ManageConnections on arn:<AWS::Partition>:execute-api:<AWS::Region>:<AWS::AccountId>:<WebSocketApi>/${envName}/*/@connections/*`
    const consume = (queueId: string) =>
      ["ChangeMessageVisibility", "DeleteMessage", "GetQueueAttributes", "GetQueueUrl", "ReceiveMessage"].map(
        (action) => `sqs:${action} on <${queueId}.Arn>`,
      )

    test.each<[string, string, string[]]>([
      [
        "connection-handler",
        "ConnectionHandlerRole",
        [
          ...logs("ConnectionHandler"),
          ...traces,
          "dynamodb:GetItem on <DocumentsTable.Arn>",
          "dynamodb:PutItem on <WatchersTable.Arn>",
          "dynamodb:DeleteItem on <WatchersTable.Arn>",
          "dynamodb:Query on <WatchersTable.Arn>/index/by-connection",
        ],
      ],
      ["websocket-api", "IntegrationRole", ["lambda:InvokeFunction on <ConnectionHandler.Arn>"]],
      [
        "document-processing",
        "DocumentProcessorRole",
        [
          ...logs("DocumentProcessor"),
          ...traces,
          "dynamodb:GetItem on <DocumentsTable.Arn>",
          "dynamodb:UpdateItem on <DocumentsTable.Arn>",
          "dynamodb:Query on <WatchersTable.Arn>",
          "dynamodb:Query on <WatchersTable.Arn>/index/by-connection",
          "dynamodb:DeleteItem on <WatchersTable.Arn>",
          `s3:GetObject on ${uploads}`,
          `s3:DeleteObject on ${uploads}`,
          `s3:GetObject on ${texts}`,
          `s3:PutObject on ${texts}`,
          `s3:DeleteObject on ${texts}`,
          connections,
          "dynamodb:BatchWriteItem on <WatchersTable.Arn>",
          "sqs:SendMessage on <PushQueue.Arn>",
          "sqs:SendMessage on <UploadQueue.Arn>",
          ...consume("UploadQueue"),
        ],
      ],
      [
        "document-processing",
        "DocumentWatchdogRole",
        [
          ...logs("DocumentWatchdog"),
          ...traces,
          "dynamodb:GetItem on <DocumentsTable.Arn>",
          "dynamodb:UpdateItem on <DocumentsTable.Arn>",
          "dynamodb:Query on <WatchersTable.Arn>",
          "dynamodb:Query on <WatchersTable.Arn>/index/by-connection",
          "dynamodb:DeleteItem on <WatchersTable.Arn>",
          `s3:GetObject on ${uploads}`,
          `s3:DeleteObject on ${uploads}`,
          `s3:DeleteObject on ${texts}`,
          connections,
          "dynamodb:BatchWriteItem on <WatchersTable.Arn>",
          "sqs:SendMessage on <PushQueue.Arn>",
          ...consume("UploadDeadLetterQueue"),
          ...consume("UploadDeadlineQueue"),
        ],
      ],
      [
        "document-processing",
        "ProgressNotifierRole",
        [
          ...logs("ProgressNotifier"),
          ...traces,
          "dynamodb:Query on <WatchersTable.Arn>/index/by-connection",
          "dynamodb:DeleteItem on <WatchersTable.Arn>",
          "dynamodb:BatchWriteItem on <WatchersTable.Arn>",
          "sqs:SendMessage on <PushQueue.Arn>",
          connections,
          ...consume("PushQueue"),
        ],
      ],
      [
        "api-gateway",
        "DocumentsApiRole",
        [
          ...logs("DocumentsApi"),
          ...traces,
          "dynamodb:PutItem on <DocumentsTable.Arn>",
          "dynamodb:GetItem on <DocumentsTable.Arn>",
          "dynamodb:UpdateItem on <DocumentsTable.Arn>",
          "dynamodb:DeleteItem on <DocumentsTable.Arn>",
          "dynamodb:Query on <WatchersTable.Arn>",
          "dynamodb:Query on <WatchersTable.Arn>/index/by-connection",
          "dynamodb:DeleteItem on <WatchersTable.Arn>",
          "sqs:SendMessage on <UploadDeadlineQueue.Arn>",
          "sqs:SendMessage on <UploadQueue.Arn>",
          connections,
          "dynamodb:BatchWriteItem on <WatchersTable.Arn>",
          "sqs:SendMessage on <PushQueue.Arn>",
          `s3:PutObject on ${uploads}`,
          `s3:DeleteObject on ${uploads}`,
          `s3:GetObject on ${texts}`,
          `s3:DeleteObject on ${texts}`,
        ],
      ],
      [
        "api-gateway",
        "PageThumbnailsRole",
        [
          ...logs("PageThumbnails"),
          ...traces,
          "dynamodb:GetItem on <DocumentsTable.Arn>",
          `s3:GetObject on ${uploads}`,
          `s3:GetObject on ${texts}`,
          `s3:PutObject on ${texts}`,
          `s3:DeleteObject on ${texts}`,
        ],
      ],
    ])("%s: %s", (stack, roleId, expected) => {
      expect(permissionsOf(app, stack, roleId)).toEqual([...expected].sort())
    })

    test("can be assumed only by API Gateway (the integration) and by Lambda (the functions)", () => {
      const assumedBy = (stack: string, id: string) =>
        app.one(stack, "AWS::IAM::Role", id).Properties.AssumeRolePolicyDocument.Statement
      const by = (service: string) => [{ Action: "sts:AssumeRole", Effect: "Allow", Principal: { Service: service } }]
      expect(assumedBy("websocket-api", "IntegrationRole")).toEqual(by("apigateway.amazonaws.com"))
      for (const [, stack, id] of functions) expect(assumedBy(stack, `${id}Role`)).toEqual(by("lambda.amazonaws.com"))
    })
  })

  describe("the HTTP API", () => {
    test("has seven routes: of thumbnails with its own function, the others with the documents function", () => {
      const routes = app.all("api-gateway", "AWS::ApiGatewayV2::Route").map(({ Properties }) => Properties.RouteKey)
      expect(routes.sort()).toEqual([
        "DELETE /documents/{documentId}",
        "GET /documents/{documentId}",
        "GET /documents/{documentId}/pages/{page}",
        "GET /documents/{documentId}/pages/{page}/thumbnail",
        "GET /documents/{documentId}/search",
        "POST /documents",
        "POST /documents/{documentId}/password",
      ])
      const integrations = app.all("api-gateway", "AWS::ApiGatewayV2::Integration")
      const proxy = { IntegrationType: "AWS_PROXY", PayloadFormatVersion: "2.0" }
      expect(integrations.map(({ Properties }) => Properties)).toMatchObject([
        { ...proxy, IntegrationUri: "<DocumentsApi.Arn>" },
        { ...proxy, IntegrationUri: "<PageThumbnails.Arn>" },
      ])
    })

    test("is throttled and logged, and allows the origin of the page", () => {
      const stage = app.one("api-gateway", "AWS::ApiGatewayV2::Stage").Properties
      expect(stage).toMatchObject({
        StageName: "$default",
        AutoDeploy: true,
        DefaultRouteSettings: { ThrottlingRateLimit: 100, ThrottlingBurstLimit: 200, DetailedMetricsEnabled: true },
      })
      const groups = app.all("api-gateway", "AWS::Logs::LogGroup").map(({ Properties }) => Properties.LogGroupName)
      expect(groups).toContainEqual(expect.stringMatching(/^\/aws\/vendedlogs\//))
      expect(JSON.parse(stage.AccessLogSettings.Format)).toMatchObject({
        requestId: "$context.requestId",
        status: "$context.status",
        routeKey: "$context.routeKey",
      })
      // A path contains the document's id, which is all that is needed to read or delete the document.
      expect(stage.AccessLogSettings.Format).not.toMatch(/\$context\.\w*path/i)
      expect(app.one("api-gateway", "AWS::ApiGatewayV2::Api").Properties.CorsConfiguration).toEqual({
        AllowHeaders: ["content-type", "x-document-password"],
        AllowMethods: ["GET", "POST", "DELETE"],
        AllowOrigins: ["*"],
        MaxAge: 3600,
      })
      expect(app.template("api-gateway").outputs.ApiEndpoint).toMatchObject({ Value: "<HttpApi.ApiEndpoint>" })
    })
  })
})

describe("settings", () => {
  // One app has most of them, because a synthesis takes longer than these tests.
  const raised = { account_throttle_rate: "100000", push_rate_percent: "50", progress_notifier_max_concurrency: "10" }
  const least = { push_rate_percent: "1", account_throttle_rate: "2000", progress_notifier_max_concurrency: "1000" }
  const most = {
    ...raised,
    hosting: "none",
    web_origins: '["https://docs.example.com"]',
    log_level: "DEBUG",
    connection_handler_reserved_concurrency: "20",
    documents_api_reserved_concurrency: "10",
    max_receive_count: "1",
    tracing: "false",
  }

  test("web_origins restricts the origins that may call the API and upload", () => {
    const app = synthesized("dev", most)
    const origins = ["https://docs.example.com"]
    expect(app.one("api-gateway", "AWS::ApiGatewayV2::Api").Properties.CorsConfiguration.AllowOrigins).toEqual(origins)
    expect(app.one("storage", "AWS::S3::Bucket").Properties.CorsConfiguration.CorsRules[0].AllowedOrigins).toEqual(
      origins,
    )
  })

  test.each<[string, Record<string, string>]>([
    ["DEBUG", most],
    ["INFO", { log_level: "INFO", hosting: "none" }],
    ["WARN", { ...least, log_level: "WARN", hosting: "none" }],
    ["ERROR", { log_level: "ERROR", hosting: "none" }],
  ])("log_level=%s reaches the functions and Lambda's own log filter", (level, overrides) => {
    const app = synthesized("dev", overrides)
    for (const [, stack, id] of functions) {
      const { Environment, LoggingConfig } = app.one(stack, "AWS::Lambda::Function", id).Properties
      expect([Environment.Variables.LOG_LEVEL, LoggingConfig.ApplicationLogLevel]).toEqual([level, level])
    }
  })

  test("reserved concurrency guarantees the routes' functions their executions when it is set", () => {
    const reserved = (app: Synthesized) =>
      functions.map(([, stack, id]) => {
        return app.one(stack, "AWS::Lambda::Function", id).Properties.ReservedConcurrentExecutions
      })
    expect(reserved(synthesized("dev", { hosting: "none" }))).toEqual(functions.map(() => undefined))
    expect(reserved(synthesized("dev", most))).toEqual([20, undefined, undefined, undefined, 10, undefined])
  })

  test("push_rate_percent divides that part of the account's quota among the functions that push", () => {
    const rates = (app: Synthesized) => [
      variable(app, "document-processing", "DocumentProcessor", "POSTS_PER_SECOND"),
      variable(app, "document-processing", "DocumentProcessor", "SHARED_POSTS_PER_SECOND"),
      variable(app, "document-processing", "ProgressNotifier", "POSTS_PER_SECOND"),
    ]
    expect(rates(synthesized("dev", { hosting: "none" }))).toEqual(["666", "6000", "3000"])
    expect(rates(synthesized("dev", most))).toEqual(["4166", "37500", "3750"])
    expect(rates(synthesized("dev", { ...least, log_level: "WARN", hosting: "none" }))).toEqual(["1", "15", "1"])
  })

  test("max_receive_count=1 gives up an upload's message at once, but not the deadline of an upload", () => {
    const app = synthesized("dev", most)
    const receives = (id: string) => app.one("storage", "AWS::SQS::Queue", id).Properties.RedrivePolicy.maxReceiveCount
    expect(receives("UploadQueue")).toBe(1)
    expect(receives("UploadDeadlineQueue")).toBe(10)
    expect(variable(app, "document-processing", "DocumentProcessor", "MAX_RECEIVE_COUNT")).toBe("1")
  })

  test("tracing=false removes the permission to write traces", () => {
    const app = synthesized("dev", most)
    expect(JSON.stringify(app.stacks.map(({ template }) => template))).not.toContain("xray:")
  })
})

/** `action on resource` of every statement of a role, sorted, and its managed policies. */
function permissionsOf(app: Synthesized, stack: string, roleId: string): string[] {
  const role = app.one(stack, "AWS::IAM::Role", roleId).Properties
  const attached = order
    .flatMap((name) => app.all(name, "AWS::IAM::Policy"))
    .filter(({ Properties }) => Properties.Roles.includes(`<${roleId}>`))
  const documents = [...(role.Policies ?? []), ...attached.map(({ Properties }) => Properties)].map(
    (each) => each.PolicyDocument,
  )
  const statements = documents.flatMap((document) => document.Statement)
  const allowed = statements.flatMap(({ Effect, Action, Resource }) =>
    [Action]
      .flat()
      .flatMap((action) =>
        [Resource].flat().map((resource) => `${Effect === "Allow" ? "" : "deny "}${action} on ${resource}`),
      ),
  )
  return [...allowed, ...(role.ManagedPolicyArns ?? [])].sort()
}

function deniesWithoutTls({ Properties }: Resource): boolean {
  return Properties.PolicyDocument.Statement.some(
    ({ Effect, Condition }: { Effect: string; Condition?: { Bool?: Record<string, string> } }) =>
      Effect === "Deny" && Condition?.Bool?.["aws:SecureTransport"] === "false",
  )
}

function variable(app: Synthesized, stack: string, id: string, name: string): string {
  return app.one(stack, "AWS::Lambda::Function", id).Properties.Environment.Variables[name]
}
