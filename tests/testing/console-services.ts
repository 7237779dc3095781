// A topic, a bus, a stream, a state machine, a parameter and a secret for the console's world, with a route that uses them.
import type { WorldAdditions } from "./console-world.ts"

const useServices = `
import { EventBridgeClient, PutEventsCommand } from "@aws-sdk/client-eventbridge"
import { KinesisClient, PutRecordCommand } from "@aws-sdk/client-kinesis"
import { GetSecretValueCommand, SecretsManagerClient } from "@aws-sdk/client-secrets-manager"
import { SFNClient, StartExecutionCommand } from "@aws-sdk/client-sfn"
import { PublishCommand, SNSClient } from "@aws-sdk/client-sns"
import { GetParameterCommand, SSMClient } from "@aws-sdk/client-ssm"
const { TOPIC, MACHINE } = process.env
export const handler = async () => {
  const MessageAttributes = { kind: { DataType: "String", StringValue: "sport" } }
  const Entries = [{ Source: "shop", DetailType: "order placed", Detail: "{}", Time: new Date(1700000000000) }]
  await new SNSClient().send(new PublishCommand({ TopicArn: TOPIC, Message: "it's \\"new\\"", MessageAttributes }))
  await new EventBridgeClient().send(new PutEventsCommand({ Entries }))
  await new KinesisClient().send(new PutRecordCommand({ StreamName: "clicks", PartitionKey: "a", Data: Buffer.from("one") }))
  await new SFNClient().send(new StartExecutionCommand({ stateMachineArn: MACHINE, input: '{"order":1}' }))
  await new SSMClient().send(new GetParameterCommand({ Name: "/app/key" }))
  await new SSMClient().send(new GetParameterCommand({ Name: "/app/missing" })).catch(() => undefined)
  await new SecretsManagerClient().send(new GetSecretValueCommand({ SecretId: "token" }))
  return { statusCode: 200, body: '{"status":"used"}' }
}`

export const withServices: WorldAdditions = {
  routes: { use: { code: useServices, twoWay: true, functionTimeoutSeconds: 20 } },
  environment: { TOPIC: { Ref: "News" }, MACHINE: { Ref: "Machine" } },
  statements: [
    {
      Effect: "Allow",
      Action: [
        "sns:Publish",
        "events:PutEvents",
        "kinesis:PutRecord",
        "states:StartExecution",
        "ssm:GetParameter",
        "secretsmanager:GetSecretValue",
      ],
      Resource: "*",
    },
  ],
  resources: {
    News: { Type: "AWS::SNS::Topic", Properties: { TopicName: "news" } },
    ClickStream: { Type: "AWS::Kinesis::Stream", Properties: { Name: "clicks" } },
    Parameter: { Type: "AWS::SSM::Parameter", Properties: { Name: "/app/key", Type: "String", Value: "value" } },
    Secret: { Type: "AWS::SecretsManager::Secret", Properties: { Name: "token", SecretString: "secret" } },
    MachineRole: {
      Type: "AWS::IAM::Role",
      Properties: {
        AssumeRolePolicyDocument: {
          Version: "2012-10-17",
          Statement: [{ Effect: "Allow", Principal: { Service: "states.amazonaws.com" }, Action: "sts:AssumeRole" }],
        },
      },
    },
    Machine: {
      Type: "AWS::StepFunctions::StateMachine",
      Properties: {
        StateMachineName: "machine",
        RoleArn: { "Fn::GetAtt": ["MachineRole", "Arn"] },
        Definition: { StartAt: "Done", States: { Done: { Type: "Succeed" } } },
      },
    },
  },
}
