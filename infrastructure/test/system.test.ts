// The rest of the system's templates: names, storage, functions, what each role may do, the HTTP API, page and alarms.
import { readFileSync } from "node:fs"
import { join } from "node:path"
import { describe, expect, test } from "vitest"
import { retentionSeconds } from "../../functions/src/storage/documents-table.ts"
import { documentRetentionDays } from "../src/storage-stack.ts"
import { type Resource, type Synthesized, synthesized } from "./synthesized.ts"

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
  ["documents-api", "api-gateway", "DocumentsApi"],
]

describe.each(["dev", "prod"])("the system in %s", (envName) => {
  const app = synthesized(envName)
  const isDev = envName === "dev"
  const removal = isDev ? "Delete" : "Retain"

  test("is seven stacks named by convention, each standing after the one before", () => {
    expect(app.stacks.map(({ stackName }) => stackName)).toEqual(
      order.map((name) => `document-insight-${envName}-${name}`),
    )
    for (const [index, stack] of app.stacks.entries()) {
      const before = app.stacks.slice(0, index).map(({ id }) => id)
      const needs = stack.dependencies.map(({ id }) => id).filter((id) => !id.endsWith(".assets"))
      expect(before).toEqual(expect.arrayContaining(needs))
      expect(needs).toEqual(expect.arrayContaining(before.slice(-1)))
    }
  })

  test("knows no account, region or partition", () => {
    for (const stack of app.stacks) {
      expect(stack.environment).toMatchObject({ account: "unknown-account", region: "unknown-region" })
      expect(JSON.stringify(stack.template)).not.toMatch(/arn:aws(-cn|-us-gov)?:(?!iam::aws:policy)/)
    }
  })

  test("tags everything with project, environment, component and managed-by", () => {
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

    test("keeps uploads private, encrypted, TLS-only, for as long as the functions keep their rows", () => {
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
            { AbortIncompleteMultipartUpload: { DaysAfterInitiation: 1 }, Status: "Enabled" },
          ],
        },
      })
      expect(documentRetentionDays * 24 * 3600).toBe(retentionSeconds)
      expect(deniesWithoutTls(app.one("storage", "AWS::S3::BucketPolicy"))).toBe(true)
      expect(bucket.DeletionPolicy).toBe(removal)
    })

    test("lets the page's origin put an upload, and nothing else", () => {
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

    test("announces uploads to the queue, which lets this bucket in before it exists", () => {
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

    test("tries an upload three times, six function timeouts apart, and then sets it aside for two weeks", () => {
      const processor = app.one("document-processing", "AWS::Lambda::Function", "DocumentProcessor")
      expect(queue.Properties.VisibilityTimeout).toBeGreaterThanOrEqual(6 * processor.Properties.Timeout)
      expect(queue.Properties.RedrivePolicy).toEqual({
        deadLetterTargetArn: "<UploadDeadLetterQueue.Arn>",
        maxReceiveCount: 3,
      })
      expect(processor.Properties.Environment.Variables.MAX_RECEIVE_COUNT).toBe("3")
      const dead = app.one("storage", "AWS::SQS::Queue", "UploadDeadLetterQueue")
      expect(dead.Properties).toMatchObject({ MessageRetentionPeriod: 14 * 24 * 3600, SqsManagedSseEnabled: true })
      expect(app.all("storage", "AWS::SQS::QueuePolicy").every(deniesWithoutTls)).toBe(true)
    })

    test("has a table of documents and one of watchers, with their keys and time to live", () => {
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
          DeletionProtectionEnabled: !isDev,
        })
        expect(table.DeletionPolicy).toBe(removal)
      }
    })
  })

  describe("functions", () => {
    test.each(functions)(
      "%s runs on nodejs24.x and arm64, traced, with a log group that forgets",
      (name, stack, id) => {
        const lambda = app.one(stack, "AWS::Lambda::Function", id)
        expect(lambda.Properties).toMatchObject({
          FunctionName: `document-insight-${envName}-${name}`,
          Runtime: "nodejs24.x",
          Architectures: ["arm64"],
          Handler: "index.handler",
          TracingConfig: { Mode: "Active" },
          LoggingConfig: { LogFormat: "JSON", LogGroup: `<${id}Logs>` },
        })
        expect(lambda.Properties.Environment.Variables).toMatchObject({
          POWERTOOLS_SERVICE_NAME: name,
          POWERTOOLS_METRICS_NAMESPACE: "document-insight",
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

    test("get exactly the variables that functions/src/environment.ts asks for", () => {
      const source = readFileSync(join(import.meta.dirname, "../../functions/src/environment.ts"), "utf8")
      const asked = new Set([...source.matchAll(/required\("([A-Z_]+)"\)/g)].map(([, name]) => name))
      const given = functions.flatMap(([, stack, id]) =>
        Object.keys(app.one(stack, "AWS::Lambda::Function", id).Properties.Environment.Variables),
      )
      const everyones = /^(POWERTOOLS_|LOG_LEVEL|NODE_OPTIONS)/
      expect(new Set(given.filter((name) => !everyones.test(name)))).toEqual(asked)
      expect(variable(app, "document-processing", "DocumentProcessor", "WEBSOCKET_CALLBACK_URL")).toBe(
        `https://<WebSocketApi>.execute-api.<AWS::Region>.<AWS::URLSuffix>/${envName}`,
      )
    })

    test("the processor takes one upload at a time from the queue, and reports the failed ones", () => {
      expect(app.one("document-processing", "AWS::Lambda::EventSourceMapping").Properties).toMatchObject({
        EventSourceArn: "<UploadQueue.Arn>",
        BatchSize: 1,
        FunctionResponseTypes: ["ReportBatchItemFailures"],
        ScalingConfig: { MaximumConcurrency: 20 },
      })
    })
  })

  describe("each role lists all that it may do:", () => {
    const traces = ["xray:PutTelemetryRecords on *", "xray:PutTraceSegments on *"]
    const logs = (id: string) => [`logs:CreateLogStream on <${id}Logs.Arn>`, `logs:PutLogEvents on <${id}Logs.Arn>`]
    const uploads = `arn:<AWS::Partition>:s3:::document-insight-${envName}-uploads-<AWS::AccountId>-<AWS::Region>/uploads/*`

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
          "dynamodb:DeleteItem on <WatchersTable.Arn>",
          `s3:GetObject on ${uploads}`,
          `execute-api:ManageConnections on arn:<AWS::Partition>:execute-api:<AWS::Region>:<AWS::AccountId>:<WebSocketApi>/${envName}/*/@connections/*`,
          "sqs:ChangeMessageVisibility on <UploadQueue.Arn>",
          "sqs:DeleteMessage on <UploadQueue.Arn>",
          "sqs:GetQueueAttributes on <UploadQueue.Arn>",
          "sqs:GetQueueUrl on <UploadQueue.Arn>",
          "sqs:ReceiveMessage on <UploadQueue.Arn>",
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
          "dynamodb:DeleteItem on <DocumentsTable.Arn>",
          "dynamodb:Query on <WatchersTable.Arn>",
          "dynamodb:DeleteItem on <WatchersTable.Arn>",
          `s3:PutObject on ${uploads}`,
          `s3:DeleteObject on ${uploads}`,
        ],
      ],
    ])("%s: %s", (stack, roleId, expected) => {
      expect(permissionsOf(app, stack, roleId)).toEqual([...expected].sort())
    })

    test("only API Gateway assumes the integration's role, only Lambda a function's", () => {
      const assumedBy = (stack: string, id: string) =>
        app.one(stack, "AWS::IAM::Role", id).Properties.AssumeRolePolicyDocument.Statement
      const by = (service: string) => [{ Action: "sts:AssumeRole", Effect: "Allow", Principal: { Service: service } }]
      expect(assumedBy("websocket-api", "IntegrationRole")).toEqual(by("apigateway.amazonaws.com"))
      for (const [, stack, id] of functions) expect(assumedBy(stack, `${id}Role`)).toEqual(by("lambda.amazonaws.com"))
    })
  })

  describe("the HTTP API", () => {
    test("has the three routes, each led to the documents function", () => {
      const routes = app.all("api-gateway", "AWS::ApiGatewayV2::Route").map(({ Properties }) => Properties.RouteKey)
      expect(routes.sort()).toEqual([
        "DELETE /documents/{documentId}",
        "GET /documents/{documentId}",
        "POST /documents",
      ])
      expect(app.one("api-gateway", "AWS::ApiGatewayV2::Integration").Properties).toMatchObject({
        IntegrationType: "AWS_PROXY",
        IntegrationUri: "<DocumentsApi.Arn>",
        PayloadFormatVersion: "2.0",
      })
    })

    test("is throttled, logged and open to the page's origin", () => {
      const stage = app.one("api-gateway", "AWS::ApiGatewayV2::Stage").Properties
      expect(stage).toMatchObject({
        StageName: "$default",
        AutoDeploy: true,
        DefaultRouteSettings: { ThrottlingRateLimit: 100, ThrottlingBurstLimit: 200, DetailedMetricsEnabled: true },
      })
      expect(JSON.parse(stage.AccessLogSettings.Format)).toMatchObject({
        requestId: "$context.requestId",
        status: "$context.status",
      })
      expect(app.one("api-gateway", "AWS::ApiGatewayV2::Api").Properties.CorsConfiguration).toEqual({
        AllowHeaders: ["content-type"],
        AllowMethods: ["GET", "POST", "DELETE"],
        AllowOrigins: ["*"],
        MaxAge: 3600,
      })
      expect(app.template("api-gateway").outputs.ApiEndpoint).toMatchObject({ Value: "<HttpApi.ApiEndpoint>" })
    })
  })

  describe("the page", () => {
    test("is served by CloudFront, over TLS, from a private bucket that only this distribution reads", () => {
      const { DistributionConfig } = app.one("web-hosting", "AWS::CloudFront::Distribution").Properties
      expect(DistributionConfig).toMatchObject({
        DefaultRootObject: "index.html",
        DefaultCacheBehavior: { ViewerProtocolPolicy: "redirect-to-https", Compress: true },
      })
      expect(
        app.one("web-hosting", "AWS::CloudFront::OriginAccessControl").Properties.OriginAccessControlConfig,
      ).toMatchObject({
        OriginAccessControlOriginType: "s3",
        SigningBehavior: "always",
      })
      const readers = app
        .one("web-hosting", "AWS::S3::BucketPolicy")
        .Properties.PolicyDocument.Statement.filter(
          ({ Action }: { Action: string | string[] }) => Action === "s3:GetObject",
        )
      expect(readers).toMatchObject([
        {
          Principal: { Service: "cloudfront.amazonaws.com" },
          Condition: { StringEquals: { "AWS:SourceArn": expect.stringContaining("<Distribution>") } },
        },
      ])
    })

    test("learns its URLs from config.json when it is deployed", () => {
      const deployment = app.one("web-hosting", "Custom::CDKBucketDeployment").Properties
      const markers = Object.values(Object.assign({}, ...deployment.SourceMarkers))
      expect(deployment.SourceObjectKeys).toHaveLength(2)
      expect(markers).toEqual(expect.arrayContaining(["<WebSocketApi>", "<HttpApi.ApiEndpoint>"]))
    })

    test("publishes where it is", () => {
      expect(app.template("web-hosting").outputs.WebUrl).toMatchObject({
        Value: "https://<Distribution.DomainName>",
        Export: { Name: `document-insight-${envName}-web-hosting-WebUrl` },
      })
    })
  })

  test("alarms on what makes somebody wait or fail, and shows it on one dashboard", () => {
    const names = app.all("monitoring", "AWS::CloudWatch::Alarm").map(({ Properties }) => Properties.AlarmName)
    expect(names.sort()).toEqual(
      [
        ...["websocket-integration-errors", "websocket-execution-errors", "websocket-client-error-rate"],
        ...functions.flatMap(([name]) => [`${name}-errors`, `${name}-throttles`]),
        ...["uploads-dead-letter", "uploads-waiting"],
      ]
        .map((name) => `document-insight-${envName}-${name}`)
        .sort(),
    )
    expect(app.one("monitoring", "AWS::CloudWatch::Dashboard").Properties.DashboardName).toBe(
      `document-insight-${envName}-overview`,
    )
    expect(app.all("monitoring", "AWS::SNS::Topic")).toEqual([])
  })
})

describe("settings", () => {
  test("alarm_email sends every alarm there", () => {
    const app = synthesized("dev", { alarm_email: "ops@example.com", hosting: "none" })
    expect(app.one("monitoring", "AWS::SNS::Subscription").Properties).toMatchObject({
      Protocol: "email",
      Endpoint: "ops@example.com",
    })
    const alarms = app.all("monitoring", "AWS::CloudWatch::Alarm")
    expect(alarms.every(({ Properties }) => Properties.AlarmActions[0] === "<AlarmTopic>")).toBe(true)
    const statements = app.one("monitoring", "AWS::SNS::TopicPolicy").Properties.PolicyDocument.Statement
    expect(statements).toContainEqual(
      expect.objectContaining({ Action: "sns:Publish", Principal: { Service: "cloudwatch.amazonaws.com" } }),
    )
  })

  test("web_origins are the only ones that may call and upload", () => {
    const app = synthesized("dev", { web_origins: '["https://docs.example.com"]', hosting: "none" })
    const origins = ["https://docs.example.com"]
    expect(app.one("api-gateway", "AWS::ApiGatewayV2::Api").Properties.CorsConfiguration.AllowOrigins).toEqual(origins)
    expect(app.one("storage", "AWS::S3::Bucket").Properties.CorsConfiguration.CorsRules[0].AllowedOrigins).toEqual(
      origins,
    )
  })

  test("web_domain_name puts the page, its certificate and its origin there", () => {
    const certificate = "arn:aws:acm:us-east-1:111122223333:certificate/abc"
    const app = synthesized("dev", { web_domain_name: "docs.example.com", web_certificate_arn: certificate })
    expect(app.one("web-hosting", "AWS::CloudFront::Distribution").Properties.DistributionConfig).toMatchObject({
      Aliases: ["docs.example.com"],
      ViewerCertificate: { AcmCertificateArn: certificate, MinimumProtocolVersion: "TLSv1.2_2021" },
    })
    expect(app.template("web-hosting").outputs.WebUrl?.Value).toBe("https://docs.example.com")
    expect(app.one("storage", "AWS::S3::Bucket").Properties.CorsConfiguration.CorsRules[0].AllowedOrigins).toEqual([
      "https://docs.example.com",
    ])
  })

  test("hosting=apprunner runs the page's image there, with the same URLs", () => {
    const app = synthesized("dev", { hosting: "apprunner" })
    const { ImageRepository } = app.one("web-hosting", "AWS::AppRunner::Service").Properties.SourceConfiguration
    expect(ImageRepository.ImageConfiguration.RuntimeEnvironmentVariables).toEqual([
      { Name: "WEB_SOCKET_URL", Value: "wss://<WebSocketApi>.execute-api.<AWS::Region>.<AWS::URLSuffix>/dev" },
      { Name: "API_ENDPOINT", Value: "<HttpApi.ApiEndpoint>" },
      { Name: "ENV_NAME", Value: "dev" },
    ])
    const { outputs } = app.template("web-hosting")
    expect(outputs.AppRunnerServiceUrl?.Value).toBe("https://<PageService.ServiceUrl>")
    expect(outputs.WebUrl?.Value).toBe("https://<PageService.ServiceUrl>")
    expect(app.all("web-hosting", "AWS::CloudFront::Distribution")).toEqual([])
  })

  test("hosting=none leaves the page, and its stack, out", () => {
    const names = synthesized("dev", { hosting: "none" }).stacks.map(({ stackName }) => stackName)
    expect(names).not.toContain("document-insight-dev-web-hosting")
    expect(names).toHaveLength(order.length - 1)
  })

  test("tracing=false takes the right to write traces away too", () => {
    const app = synthesized("dev", { tracing: "false", hosting: "none" })
    expect(JSON.stringify(app.stacks.map(({ template }) => template))).not.toContain("xray:")
  })
})

/** `action on resource` of every statement that a role has, sorted; a managed policy shows as itself. */
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
