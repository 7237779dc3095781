// The CDK example of WEBSOCKET_API.md, where its types are checked.
import { App, Stack } from "aws-cdk-lib"
import { Code, Function as LambdaFunction, Runtime } from "aws-cdk-lib/aws-lambda"
import { readConfig } from "../src/config.ts"
import { WebSocketApiStack } from "../src/websocket-api-stack.ts"

export const app = new App()
const environment = readConfig({ environments: { dev: { api_throttle_rate: 100, api_throttle_burst: 200 } } })

const handlerStack = new Stack(app, "handler")
const connectionHandlerLambda = new LambdaFunction(handlerStack, "ConnectionHandler", {
  runtime: Runtime.NODEJS_24_X,
  handler: "index.handler",
  code: Code.fromInline("exports.handler = async () => ({ statusCode: 200 })"),
})

const webSocketApi = new WebSocketApiStack(app, environment)
// The routes, the integration, the deployment and the stage.
webSocketApi.configureWebSocketRoutes({ connectionHandlerLambda })
// The outputs WebSocketApiId, WebSocketApiUrl and WebSocketApiStage.
webSocketApi.addWebSocketUrlOutput()

const notifierStack = new Stack(app, "notifier")
const notifier = new LambdaFunction(notifierStack, "Notifier", {
  runtime: Runtime.NODEJS_24_X,
  handler: "index.handler",
  code: Code.fromInline("exports.handler = async () => {}"),
  environment: { WEBSOCKET_CALLBACK_URL: webSocketApi.callbackUrl },
})
// execute-api:ManageConnections on the connections of this API and this stage.
webSocketApi.grantManageConnections(notifier)
