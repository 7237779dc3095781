// A WebSocket API and an HTTP API, each under a domain name of its own: AWS mixes them under none.
import { join } from "node:path"
import { CfnOutput, CustomResource, Duration, RemovalPolicy, Stack, type StackProps } from "aws-cdk-lib"
import {
  ApiMapping,
  type CfnApi,
  HttpApi,
  HttpMethod,
  HttpStage,
  WebSocketApi,
  WebSocketStage,
} from "aws-cdk-lib/aws-apigatewayv2"
import { HttpLambdaIntegration, WebSocketLambdaIntegration } from "aws-cdk-lib/aws-apigatewayv2-integrations"
import { AttributeType, TableV2 } from "aws-cdk-lib/aws-dynamodb"
import { Runtime } from "aws-cdk-lib/aws-lambda"
import { NodejsFunction, type NodejsFunctionProps } from "aws-cdk-lib/aws-lambda-nodejs"
import { HostedZone } from "aws-cdk-lib/aws-route53"
import { AwsCustomResource, AwsCustomResourcePolicy, PhysicalResourceId, Provider } from "aws-cdk-lib/custom-resources"
import type { Construct } from "constructs"
import { Domain } from "./domain.ts"

export class ReservationsStack extends Stack {
  constructor(scope: Construct, id: string, props: StackProps) {
    super(scope, id, props)
    const zone = HostedZone.fromHostedZoneAttributes(this, "Zone", { zoneName: "example.com", hostedZoneId: "Z000" })
    const live = new Domain(this, "Live", { zone, label: "live" })
    const api = new Domain(this, "Api", { zone, label: "api" })
    const table = new TableV2(this, "Table", {
      partitionKey: { name: "id", type: AttributeType.STRING },
      removalPolicy: RemovalPolicy.DESTROY,
    })
    const seats = this.#seats(table)

    const desk = this.#function("Desk", "desk.ts", { environment: { TABLE_NAME: table.tableName } })
    table.grantReadWriteData(desk)
    const webSocketApi = new WebSocketApi(this, "WebSocketApi", {
      connectRouteOptions: { integration: new WebSocketLambdaIntegration("Connect", desk) },
      disconnectRouteOptions: { integration: new WebSocketLambdaIntegration("Disconnect", desk) },
    })
    ;(webSocketApi.node.defaultChild as CfnApi).disableExecuteApiEndpoint = true
    const stage = new WebSocketStage(this, "WebSocketStage", {
      webSocketApi,
      stageName: "prod",
      autoDeploy: true,
      domainMapping: { domainName: live.name, mappingKey: "desk" },
    })

    const reserve = this.#function("Reserve", "reserve.ts", {
      environment: {
        TABLE_NAME: table.tableName,
        SEATS: seats.getAttString("Seats"),
        CALLBACK_URL: `https://${live.name.name}/desk`,
      },
    })
    table.grantReadWriteData(reserve)
    webSocketApi.grantManageConnections(reserve)
    const httpApi = new HttpApi(this, "HttpApi", { disableExecuteApiEndpoint: true, createDefaultStage: false })
    httpApi.addRoutes({
      path: "/reservations",
      methods: [HttpMethod.POST],
      integration: new HttpLambdaIntegration("Reservations", reserve),
    })
    const first = new HttpStage(this, "FirstStage", { httpApi, stageName: "first", autoDeploy: true })
    new ApiMapping(this, "FirstMapping", { api: httpApi, domainName: api.name, stage: first, apiMappingKey: "v1" })
    new HttpStage(this, "SecondStage", {
      httpApi,
      stageName: "second",
      autoDeploy: true,
      domainMapping: { domainName: api.name, mappingKey: "v2/public" },
    })

    new CfnOutput(this, "DeskUrl", { value: `wss://${live.name.name}/desk` })
    new CfnOutput(this, "ApiUrl", { value: `https://${api.name.name}` })
    new CfnOutput(this, "DisabledUrl", { value: stage.url })
    new CfnOutput(this, "DisabledApiUrl", {
      value: `https://${httpApi.apiId}.execute-api.${this.region}.${this.urlSuffix}`,
    })
  }

  /** Seats that a provider writes when the stack is created, and opening hours that a call of the SDK writes. */
  #seats(table: TableV2): CustomResource {
    const seed = { environment: { TABLE_NAME: table.tableName }, timeout: Duration.seconds(30) }
    const onEventHandler = this.#function("Seed", "seed.ts", { ...seed, handler: "onEvent" })
    const isCompleteHandler = this.#function("Seeded", "seed.ts", { ...seed, handler: "isComplete" })
    table.grantReadWriteData(onEventHandler)
    table.grantReadData(isCompleteHandler)
    const provider = new Provider(this, "SeedProvider", {
      onEventHandler,
      isCompleteHandler,
      queryInterval: Duration.seconds(1),
    })
    const hours = new AwsCustomResource(this, "Hours", {
      onUpdate: {
        service: "DynamoDB",
        action: "putItem",
        parameters: { TableName: table.tableName, Item: { id: { S: "hours" }, text: { S: "from 6 pm" } } },
        physicalResourceId: PhysicalResourceId.of("hours"),
      },
      policy: AwsCustomResourcePolicy.fromSdkCalls({ resources: [table.tableArn] }),
    })
    const seats = new CustomResource(this, "Seats", {
      serviceToken: provider.serviceToken,
      resourceType: "Custom::Seats",
      properties: { Count: 2 },
    })
    seats.node.addDependency(hours)
    return seats
  }

  #function(id: string, file: string, props: NodejsFunctionProps): NodejsFunction {
    return new NodejsFunction(this, id, {
      entry: join(import.meta.dirname, "src", file),
      runtime: Runtime.NODEJS_22_X,
      ...props,
    })
  }
}
