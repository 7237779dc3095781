// The account's CloudWatch role, with which API Gateway writes the execution logs of every API in an account and region.
import { Aws, RemovalPolicy, Stack, Tags, Validations } from "aws-cdk-lib"
import { CfnAccount } from "aws-cdk-lib/aws-apigateway"
import { PolicyDocument, PolicyStatement, Role, ServicePrincipal } from "aws-cdk-lib/aws-iam"
import type { Construct } from "constructs"
import { apiGatewayAccountStackName, projectName } from "./stack-names.ts"

/**
 * Sets the account's CloudWatch role. Without one, API Gateway rejects every stage with execution logs: "CloudWatch Logs
 * role ARN must be set in account settings to enable logging".
 *
 * A stack of its own, deployed once per account and region (`manage_api_gateway_account`), because the setting belongs
 * to the account: deploying it replaces the role that is set, and removing it would stop the logs of other APIs. Both
 * resources are therefore retained, and `npm run deploy` stops when a role is set that this stack did not create.
 */
export class ApiGatewayAccountStack extends Stack {
  constructor(scope: Construct) {
    super(scope, apiGatewayAccountStackName, {
      stackName: apiGatewayAccountStackName,
      description: "The role with which API Gateway writes logs in this account and region",
    })
    const tags = { project: projectName, component: "api-gateway-account", "managed-by": "cdk" }
    for (const [key, value] of Object.entries(tags)) Tags.of(this).add(key, value)
    const role = this.addRole()
    const account = new CfnAccount(this, "ApiGatewayAccount", { cloudWatchRoleArn: role.roleArn })
    account.applyRemovalPolicy(RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE)
  }

  private addRole(): Role {
    const role = new Role(this, "LogsRole", {
      assumedBy: new ServicePrincipal("apigateway.amazonaws.com"),
      description: "Writes the logs of every API Gateway API in this account and region",
      inlinePolicies: {
        // AWS: the role has the actions of AmazonAPIGatewayPushToCloudWatchLogs (system-account-role)
        PushToCloudWatchLogs: new PolicyDocument({
          statements: [
            new PolicyStatement({
              actions: [
                "logs:CreateLogGroup",
                "logs:CreateLogStream",
                "logs:DescribeLogGroups",
                "logs:DescribeLogStreams",
                "logs:PutLogEvents",
                "logs:GetLogEvents",
                "logs:FilterLogEvents",
              ],
              resources: [`arn:${Aws.PARTITION}:logs:${Aws.REGION}:${Aws.ACCOUNT_ID}:*`],
            }),
          ],
        }),
      },
    })
    role.applyRemovalPolicy(RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE)
    Validations.of(role).acknowledge({
      id: "AwsSolutions-IAM5[Resource::arn:<AWS::Partition>:logs:<AWS::Region>:<AWS::AccountId>:*]",
      reason: "The role serves every API of the account, and API Gateway names the execution log groups.",
    })
    return role
  }
}
