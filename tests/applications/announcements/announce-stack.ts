// The HTTP API that announces: its function has what it needs of the other stack by references, which are exports.
import { join } from "node:path"
import { CfnOutput, Duration, Stack, type StackProps } from "aws-cdk-lib"
import { HttpApi, HttpMethod } from "aws-cdk-lib/aws-apigatewayv2"
import { HttpLambdaIntegration } from "aws-cdk-lib/aws-apigatewayv2-integrations"
import { Runtime } from "aws-cdk-lib/aws-lambda"
import { NodejsFunction, OutputFormat } from "aws-cdk-lib/aws-lambda-nodejs"
import type { Construct } from "constructs"
import type { LiveStack } from "./live-stack.ts"

export class AnnounceStack extends Stack {
  constructor(scope: Construct, id: string, { live, ...props }: StackProps & { live: LiveStack }) {
    super(scope, id, props)
    const announce = new NodejsFunction(this, "Announce", {
      entry: join(import.meta.dirname, "src", "announce.ts"),
      runtime: Runtime.NODEJS_24_X,
      timeout: Duration.seconds(20),
      bundling: { format: OutputFormat.ESM, minify: true, sourceMap: true },
      environment: {
        TABLE_NAME: live.connections.tableName,
        CALLBACK_URL: live.stage.callbackUrl,
        NODE_OPTIONS: "--enable-source-maps",
      },
    })
    live.connections.grantReadData(announce)
    live.stage.grantManagementApiAccess(announce)
    const api = new HttpApi(this, "Api")
    api.addRoutes({
      path: "/announcements",
      methods: [HttpMethod.POST],
      integration: new HttpLambdaIntegration("Announcements", announce),
    })
    new CfnOutput(this, "ApiUrl", { value: api.apiEndpoint })
  }
}
