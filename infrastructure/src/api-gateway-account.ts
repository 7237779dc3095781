// The role with which API Gateway writes execution logs: one per account and region, shared by every API in it.
import { Aws, RemovalPolicy, Validations } from "aws-cdk-lib"
import { CfnAccount } from "aws-cdk-lib/aws-apigateway"
import { PolicyDocument, PolicyStatement, Role, ServicePrincipal } from "aws-cdk-lib/aws-iam"
import type { Construct } from "constructs"

/**
 * Sets the account's CloudWatch role. Without one, API Gateway refuses every stage that logs: "CloudWatch Logs role
 * ARN must be set in account settings to enable logging". Both are retained when the stack goes, because other APIs
 * of the account log with them; an account that has its own sets `manage_api_gateway_account` to false.
 */
export function addApiGatewayAccount(scope: Construct): CfnAccount {
  const role = new Role(scope, "ApiGatewayLogsRole", {
    assumedBy: new ServicePrincipal("apigateway.amazonaws.com"),
    description: "With which API Gateway writes the logs of every API in this account and region",
    inlinePolicies: {
      // AWS: the actions of the managed policy AmazonAPIGatewayPushToCloudWatchLogs.
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
  role.applyRemovalPolicy(RemovalPolicy.RETAIN)
  Validations.of(role).acknowledge({
    id: "AwsSolutions-IAM5[Resource::arn:<AWS::Partition>:logs:<AWS::Region>:<AWS::AccountId>:*]",
    reason:
      "This is the account's role, not this API's: API Gateway names its execution log groups itself, for every API.",
  })
  const account = new CfnAccount(scope, "ApiGatewayAccount", { cloudWatchRoleArn: role.roleArn })
  account.applyRemovalPolicy(RemovalPolicy.RETAIN)
  return account
}
