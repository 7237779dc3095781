// Monitoring: one dashboard, and alarms that can be sent by e-mail.
import { Annotations, Aws, Duration } from "aws-cdk-lib"
import { CfnBudget } from "aws-cdk-lib/aws-budgets"
import {
  Alarm,
  ComparisonOperator,
  Dashboard,
  GraphWidget,
  type IMetric,
  MathExpression,
  Metric,
  TextWidget,
  TreatMissingData,
} from "aws-cdk-lib/aws-cloudwatch"
import { SnsAction } from "aws-cdk-lib/aws-cloudwatch-actions"
import { Effect, PolicyStatement, ServicePrincipal } from "aws-cdk-lib/aws-iam"
import type { Function as LambdaFunction } from "aws-cdk-lib/aws-lambda"
import { Topic } from "aws-cdk-lib/aws-sns"
import { EmailSubscription } from "aws-cdk-lib/aws-sns-subscriptions"
import type { Queue } from "aws-cdk-lib/aws-sqs"
import type { Construct } from "constructs"
import type { ApiGatewayStack } from "./api-gateway-stack.ts"
import { BaseDocumentInsightStack, type DocumentInsightStackProps } from "./base-stack.ts"
import { anonymousLimits } from "./config.ts"
import type { ConnectionHandlerStack } from "./connection-handler-stack.ts"
import { metricsNamespace } from "./document-insight-function.ts"
import type { DocumentProcessingStack } from "./document-processing-stack.ts"
import type { StorageStack } from "./storage-stack.ts"
import type { WebSocketApiStack } from "./websocket-api-stack.ts"

export type MonitoringStackProps = DocumentInsightStackProps & {
  storage: StorageStack
  handler: ConnectionHandlerStack
  webSocketApi: WebSocketApiStack
  processing: DocumentProcessingStack
  httpApi: ApiGatewayStack
}

type AlarmProps = { description: string; metric: IMetric; threshold: number; periods?: number }

const period = Duration.minutes(5)

export class MonitoringStack extends BaseDocumentInsightStack {
  readonly alarms: Alarm[] = []
  readonly dashboard: Dashboard

  constructor(scope: Construct, props: MonitoringStackProps) {
    super(scope, "monitoring", props, "Dashboard and alarms")
    const functions: Record<string, LambdaFunction> = {
      "connection-handler": props.handler.connectionHandler,
      ...(props.handler.ticketAuthorizer && { "ticket-authorizer": props.handler.ticketAuthorizer }),
      "document-processor": props.processing.documentProcessor,
      "document-watchdog": props.processing.documentWatchdog,
      "progress-notifier": props.processing.progressNotifier,
      ...(props.processing.textRecognizer && { "text-recognizer": props.processing.textRecognizer }),
      "documents-api": props.httpApi.documentsApi,
      "page-thumbnails": props.httpApi.pageThumbnails,
    }
    this.addAlarms(props, functions)
    this.notifyByEmail()
    this.addBudget()
    this.dashboard = this.addDashboard(props, functions)
  }

  private addAlarms(props: MonitoringStackProps, functions: Record<string, LambdaFunction>): void {
    this.addApiAlarms(props)
    this.addFunctionAlarms(functions)
    this.addDocumentAlarms(props)
  }

  private addApiAlarms({ webSocketApi, httpApi }: MonitoringStackProps): void {
    const ofApi = (name: string, statistic = "Sum") => this.webSocketMetric(webSocketApi, name, statistic)
    this.addAlarm("websocket-integration-errors", {
      description: "The connection handler failed, and a client received an error: check its log group.",
      metric: ofApi("IntegrationError"),
      threshold: 1,
    })
    this.addAlarm("websocket-execution-errors", {
      description:
        "API Gateway could not invoke the connection handler: check the integration's role and the function.",
      metric: ofApi("ExecutionError"),
      threshold: 1,
    })
    this.addAlarm("http-server-errors", {
      description: "The HTTP API responded with 5xx: check the log group of documents-api and the access log.",
      metric: httpApi.httpApi.metricServerError({ period, statistic: "Sum" }),
      threshold: 1,
    })
    this.addAlarm("websocket-client-error-rate", {
      description: `More than ${this.config.alarm_client_error_percent} % of the client requests are rejected before they reach the handler.`,
      metric: new MathExpression({
        label: "Client errors, percent of messages and connections",
        // FILL: without traffic there is no rate and no alarm.
        expression: "100 * FILL(errors, 0) / (FILL(messages, 0) + FILL(connects, 0) + FILL(errors, 0))",
        usingMetrics: {
          errors: ofApi("ClientError"),
          messages: ofApi("MessageCount"),
          connects: ofApi("ConnectCount"),
        },
        period,
      }),
      threshold: this.config.alarm_client_error_percent,
      periods: 3,
    })
  }

  private addFunctionAlarms(functions: Record<string, LambdaFunction>): void {
    for (const [name, lambda] of Object.entries(functions)) {
      this.addAlarm(`${name}-errors`, {
        description: `An invocation of ${name} failed: search its log group for ERROR.`,
        metric: lambda.metricErrors({ period, statistic: "Sum" }),
        threshold: 1,
      })
      this.addAlarm(`${name}-throttles`, {
        description: `Lambda throttled ${name}: its concurrency, or the account's, is exhausted.`,
        metric: lambda.metricThrottles({ period, statistic: "Sum" }),
        threshold: 1,
      })
    }
  }

  private addDocumentAlarms({ storage }: MonitoringStackProps): void {
    this.addAlarm("documents-failed", {
      description: `${this.config.alarm_failed_documents} or more documents ended as failed within five minutes: check the logs of the document processor and the watchdog for their error codes.`,
      metric: this.failedDocuments(),
      threshold: this.config.alarm_failed_documents,
    })
    this.addAlarm("uploads-dead-letter", {
      description: "A document could not be ended, and its watchers wait: check the log of the document watchdog.",
      metric: this.queueDepth(storage.uploadDeadLetterQueue),
      threshold: 1,
    })
    this.addAlarm("pushes-dead-letter", {
      description: "The progress notifier could not handle a message: check its log, and the message.",
      metric: this.queueDepth(storage.pushDeadLetterQueue),
      threshold: 1,
    })
    this.addAlarm("pushes-waiting", {
      description:
        "Watchers wait for their pushes: the notifier fails, or push_rate_percent or its maximum concurrency is too low.",
      metric: storage.pushQueue.metricApproximateAgeOfOldestMessage({ period, statistic: "Maximum" }),
      threshold: this.config.alarm_push_age_seconds,
    })
    this.addAlarm("uploads-waiting", {
      description: "The oldest upload waits too long: the processor fails, or its maximum concurrency is too low.",
      metric: storage.uploadQueue.metricApproximateAgeOfOldestMessage({ period, statistic: "Maximum" }),
      threshold: this.config.alarm_upload_age_seconds,
    })
  }

  private addAlarm(name: string, { description, metric, threshold, periods = 1 }: AlarmProps): void {
    const id = name.replaceAll(/(^|-)([a-z])/g, (_, __, letter: string) => letter.toUpperCase())
    const alarm = new Alarm(this, id, {
      alarmName: this.resourceName(name),
      alarmDescription: description,
      metric,
      threshold,
      evaluationPeriods: periods,
      comparisonOperator: ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
      treatMissingData: TreatMissingData.NOT_BREACHING,
    })
    this.alarms.push(alarm)
  }

  private notifyByEmail(): void {
    if (this.config.alarm_email === "") {
      // Where data is retained, users depend on the system: an alarm that notifies no one is a mistake there.
      if (this.config.data_removal === "retain") {
        Annotations.of(this).addWarningV2(
          "document-insight:no-alarm-email",
          `No one is notified of alarms in ${this.envName}: set alarm_email in cdk.json, or with -c alarm_email=ADDRESS.`,
        )
      }
      return
    }
    const topic = new Topic(this, "AlarmTopic", { topicName: this.resourceName("alarms"), enforceSSL: true })
    topic.addSubscription(new EmailSubscription(this.config.alarm_email))
    // The policy that enforceSSL adds replaces SNS's default policy, so alarms need a statement of their own.
    topic.addToResourcePolicy(
      new PolicyStatement({
        sid: "AllowAlarmsToPublish",
        effect: Effect.ALLOW,
        principals: [new ServicePrincipal("cloudwatch.amazonaws.com")],
        actions: ["sns:Publish"],
        resources: [topic.topicArn],
        conditions: { StringEquals: { "aws:SourceAccount": Aws.ACCOUNT_ID } },
      }),
    )
    for (const alarm of this.alarms) alarm.addAlarmAction(new SnsAction(topic))
  }

  /** Without sign-in in prod: uploads by anyone cost money. */
  private addBudget(): void {
    const limits = anonymousLimits(this)
    if (!limits) return
    const subscribers = [{ subscriptionType: "EMAIL", address: this.config.alarm_email }]
    const notify = (notificationType: "ACTUAL" | "FORECASTED", threshold: number) => ({
      notification: { notificationType, comparisonOperator: "GREATER_THAN", threshold, thresholdType: "PERCENTAGE" },
      subscribers,
    })
    new CfnBudget(this, "Budget", {
      budget: {
        budgetName: this.resourceName(`monthly-${Aws.REGION}`),
        budgetType: "COST",
        timeUnit: "MONTHLY",
        // Of the whole account: a filter by tag matches nothing until the tag is activated for cost allocation.
        budgetLimit: { amount: limits.monthlyBudgetUsd, unit: "USD" },
      },
      notificationsWithSubscribers: [notify("ACTUAL", 80), notify("FORECASTED", 100)],
    })
  }

  private addDashboard(
    { storage, webSocketApi, httpApi }: MonitoringStackProps,
    functions: Record<string, LambdaFunction>,
  ) {
    const ofApi = (name: string, statistic = "Sum") => this.webSocketMetric(webSocketApi, name, statistic)
    const perFunction = (metric: (lambda: LambdaFunction) => IMetric) => Object.values(functions).map(metric)
    const graph = (title: string, left: IMetric[]) => new GraphWidget({ title, left, width: 8, height: 6 })
    // AWS: dashboards are global to an account, so two regions need two names (system-dashboards)
    const dashboardName = `${this.resourceName("overview")}-${Aws.REGION}`
    const dashboard = new Dashboard(this, "Dashboard", { dashboardName })
    dashboard.addWidgets(new TextWidget({ markdown: `# Document Insight, ${this.envName}`, width: 24, height: 1 }))
    dashboard.addWidgets(
      graph("Connections and messages", [ofApi("ConnectCount"), ofApi("MessageCount")]),
      graph("WebSocket errors", [ofApi("IntegrationError"), ofApi("ExecutionError"), ofApi("ClientError")]),
      graph("WebSocket integration latency", [ofApi("IntegrationLatency", "p50"), ofApi("IntegrationLatency", "p99")]),
    )
    dashboard.addWidgets(
      graph(
        "Invocations",
        perFunction((lambda) => lambda.metricInvocations({ period })),
      ),
      graph("Errors and throttles", [
        ...perFunction((lambda) => lambda.metricErrors({ period })),
        ...perFunction((lambda) => lambda.metricThrottles({ period })),
      ]),
      graph(
        "Duration (p99)",
        perFunction((lambda) => lambda.metricDuration({ period, statistic: "p99" })),
      ),
    )
    dashboard.addWidgets(
      graph("Documents", [this.documentMetric("DocumentsCompleted", "document-processor"), this.failedDocuments()]),
      graph("Uploads waiting", [
        storage.uploadQueue.metricApproximateNumberOfMessagesVisible({ period }),
        storage.uploadDeadLetterQueue.metricApproximateNumberOfMessagesVisible({ period }),
      ]),
      graph("Age of the oldest upload (seconds)", [
        storage.uploadQueue.metricApproximateAgeOfOldestMessage({ period }),
      ]),
    )
    dashboard.addWidgets(
      graph("HTTP API", [
        httpApi.httpApi.metricCount({ period }),
        httpApi.httpApi.metricClientError({ period }),
        httpApi.httpApi.metricServerError({ period }),
      ]),
      graph("Pushes waiting", [
        storage.pushQueue.metricApproximateNumberOfMessagesVisible({ period }),
        storage.pushDeadLetterQueue.metricApproximateNumberOfMessagesVisible({ period }),
      ]),
    )
    return dashboard
  }

  /** All messages of a queue: a consumer that fails keeps them in flight, where they are not visible. */
  private queueDepth(queue: Queue): MathExpression {
    return new MathExpression({
      label: "Messages, visible and in flight",
      expression: "visible + inFlight",
      usingMetrics: {
        visible: queue.metricApproximateNumberOfMessagesVisible({ period, statistic: "Maximum" }),
        inFlight: queue.metricApproximateNumberOfMessagesNotVisible({ period, statistic: "Maximum" }),
      },
      period,
    })
  }

  /** Documents that ended as failed, whether the processor or the watchdog ended them. */
  private failedDocuments(): MathExpression {
    return new MathExpression({
      label: "DocumentsFailed",
      // FILL: a function that ended none emits nothing, and the sum with a missing value is missing.
      expression: "FILL(processor, 0) + FILL(watchdog, 0)",
      usingMetrics: {
        processor: this.documentMetric("DocumentsFailed", "document-processor"),
        watchdog: this.documentMetric("DocumentsFailed", "document-watchdog"),
      },
      period,
    })
  }

  /** A metric that a function emits in its log (embedded metric format), with its service name as the dimension. */
  private documentMetric(metricName: string, service: string): Metric {
    return new Metric({
      namespace: metricsNamespace(this.envName),
      metricName,
      dimensionsMap: { service },
      statistic: "Sum",
      period,
    })
  }

  /** AWS: the metrics have this namespace and these dimensions (system-metrics) */
  private webSocketMetric({ api, envName }: WebSocketApiStack, metricName: string, statistic: string): Metric {
    return new Metric({
      namespace: "AWS/ApiGateway",
      metricName,
      dimensionsMap: { ApiId: api.ref, Stage: envName },
      statistic,
      period,
    })
  }
}
