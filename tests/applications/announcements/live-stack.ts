// The WebSocket API, and the table of its connections.
import { join } from "node:path"
import { CfnOutput, RemovalPolicy, Stack, type StackProps } from "aws-cdk-lib"
import { WebSocketApi, WebSocketStage } from "aws-cdk-lib/aws-apigatewayv2"
import { WebSocketLambdaIntegration } from "aws-cdk-lib/aws-apigatewayv2-integrations"
import { AttributeType, TableV2 } from "aws-cdk-lib/aws-dynamodb"
import { Runtime } from "aws-cdk-lib/aws-lambda"
import { NodejsFunction } from "aws-cdk-lib/aws-lambda-nodejs"
import type { Construct } from "constructs"

export class LiveStack extends Stack {
  readonly connections: TableV2
  readonly stage: WebSocketStage

  constructor(scope: Construct, id: string, props?: StackProps) {
    super(scope, id, props)
    this.connections = new TableV2(this, "Connections", {
      partitionKey: { name: "connectionId", type: AttributeType.STRING },
      removalPolicy: RemovalPolicy.DESTROY,
    })
    const handler = new NodejsFunction(this, "ConnectionHandler", {
      entry: join(import.meta.dirname, "src", "connections.ts"),
      runtime: Runtime.NODEJS_24_X,
      environment: { TABLE_NAME: this.connections.tableName },
    })
    this.connections.grantWriteData(handler)
    const api = new WebSocketApi(this, "Api", {
      connectRouteOptions: { integration: new WebSocketLambdaIntegration("Connect", handler) },
      disconnectRouteOptions: { integration: new WebSocketLambdaIntegration("Disconnect", handler) },
    })
    this.stage = new WebSocketStage(this, "Stage", { webSocketApi: api, stageName: "live", autoDeploy: true })
    new CfnOutput(this, "Url", { value: this.stage.url })
  }
}
