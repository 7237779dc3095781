// What an operator looks at and is woken by: one dashboard, and alarms that can send an e-mail.
import { Aws, Duration } from "aws-cdk-lib"
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
import type { Construct } from "constructs"
import type { ApiGatewayStack } from "./api-gateway-stack.ts"
import { BaseDocumentInsightStack, type DocumentInsightStackProps } from "./base-stack.ts"
import type { ConnectionHandlerStack } from "./connection-handler-stack.ts"
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
      "document-processor": props.processing.documentProcessor,
      "documents-api": props.httpApi.documentsApi,
    }
    this.addAlarms(props, functions)
    this.notifyByEmail()
    this.dashboard = this.addDashboard(props, functions)
  }

  private addAlarms({ storage, webSocketApi }: MonitoringStackProps, functions: Record<string, LambdaFunction>): void {
    const ofApi = (name: string, statistic = "Sum") => this.webSocketMetric(webSocketApi, name, statistic)
    this.addAlarm("websocket-integration-errors", {
      description: "The connection handler failed: somebody's message was answered with an error.",
      metric: ofApi("IntegrationError"),
      threshold: 1,
    })
    this.addAlarm("websocket-execution-errors", {
      description:
        "API Gateway could not call the connection handler: look at the integration's role and the function.",
      metric: ofApi("ExecutionError"),
      threshold: 1,
    })
    this.addAlarm("websocket-client-error-rate", {
      description: `More than ${this.config.alarm_client_error_percent} % of what clients send is refused before it reaches the handler.`,
      metric: new MathExpression({
        label: "Client errors, percent of messages and connections",
        // FILL: without traffic there is no rate, and no alarm.
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
    for (const [name, lambda] of Object.entries(functions)) {
      this.addAlarm(`${name}-errors`, {
        description: `An invocation of ${name} failed: look for ERROR in its log group.`,
        metric: lambda.metricErrors({ period, statistic: "Sum" }),
        threshold: 1,
      })
      this.addAlarm(`${name}-throttles`, {
        description: `Lambda refused to run ${name}: the account's concurrency is used up.`,
        metric: lambda.metricThrottles({ period, statistic: "Sum" }),
        threshold: 1,
      })
    }
    this.addAlarm("uploads-dead-letter", {
      description: `A document failed ${this.config.max_receive_count} times and lies in the dead-letter queue.`,
      metric: storage.uploadDeadLetterQueue.metricApproximateNumberOfMessagesVisible({ period, statistic: "Maximum" }),
      threshold: 1,
    })
    this.addAlarm("uploads-waiting", {
      description: "The oldest upload waits too long: the processor fails, or is not allowed enough at a time.",
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
    if (this.config.alarm_email === "") return
    const topic = new Topic(this, "AlarmTopic", { topicName: this.resourceName("alarms"), enforceSSL: true })
    topic.addSubscription(new EmailSubscription(this.config.alarm_email))
    // enforceSSL gives the topic a policy of its own, which takes the place of SNS's default: alarms must be let in.
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

  private addDashboard(
    { storage, webSocketApi, httpApi }: MonitoringStackProps,
    functions: Record<string, LambdaFunction>,
  ) {
    const ofApi = (name: string, statistic = "Sum") => this.webSocketMetric(webSocketApi, name, statistic)
    const perFunction = (metric: (lambda: LambdaFunction) => IMetric) => Object.values(functions).map(metric)
    const graph = (title: string, left: IMetric[]) => new GraphWidget({ title, left, width: 8, height: 6 })
    const dashboard = new Dashboard(this, "Dashboard", { dashboardName: this.resourceName("overview") })
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
      graph("Uploads waiting", [
        storage.uploadQueue.metricApproximateNumberOfMessagesVisible({ period }),
        storage.uploadDeadLetterQueue.metricApproximateNumberOfMessagesVisible({ period }),
      ]),
      graph("Age of the oldest upload (seconds)", [
        storage.uploadQueue.metricApproximateAgeOfOldestMessage({ period }),
      ]),
      graph("HTTP API", [
        httpApi.httpApi.metricCount({ period }),
        httpApi.httpApi.metricClientError({ period }),
        httpApi.httpApi.metricServerError({ period }),
      ]),
    )
    return dashboard
  }

  /** AWS: namespace and dimensions as in [DG apigateway-websocket-api-logging]. */
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
