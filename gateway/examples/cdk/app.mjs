// A CDK app with the constructs of aws-cdk-lib: `npx apigw-local` in this folder synthesizes and serves it.
import { App, CfnOutput, Stack } from "aws-cdk-lib"
import { WebSocketApi, WebSocketStage } from "aws-cdk-lib/aws-apigatewayv2"
import { WebSocketLambdaIntegration } from "aws-cdk-lib/aws-apigatewayv2-integrations"
import { Runtime } from "aws-cdk-lib/aws-lambda"
import { NodejsFunction } from "aws-cdk-lib/aws-lambda-nodejs"

const stack = new Stack(new App(), "Echo")
const handler = new NodejsFunction(stack, "Handler", { entry: "lib/handler.ts", runtime: Runtime.NODEJS_22_X })
const api = new WebSocketApi(stack, "Api", {
  defaultRouteOptions: {
    integration: new WebSocketLambdaIntegration("EchoIntegration", handler),
    returnResponse: true,
  },
})
const stage = new WebSocketStage(stack, "Stage", { webSocketApi: api, stageName: "dev", autoDeploy: true })
api.grantManageConnections(handler)
new CfnOutput(stack, "Url", { value: stage.url })
