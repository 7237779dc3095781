// The permissions with which the console calls the management API.
import { expect, test } from "vitest"
import { defineChat } from "../cloudformation/testing/chat-template.ts"
import { ManualClock } from "../foundation/manual-clock.ts"
import { awsQuotas } from "../foundation/quotas.ts"
import { administratorOf } from "../iam/credentials.ts"
import { createConsoleAccess } from "./console-access.ts"
import { createDeployment } from "./deployment.ts"

/** A deployment whose role `Pusher` may post to connections of the stage, and whose `Role` may do nothing. */
function createAccess() {
  const assume = {
    Statement: [{ Effect: "Allow", Principal: { Service: "lambda.amazonaws.com" }, Action: "sts:AssumeRole" }],
  }
  const Resource = {
    "Fn::Sub": `arn:aws:execute-api:\${AWS::Region}:\${AWS::AccountId}:\${Api}/dev/POST/@connections/*`,
  }
  const definition = defineChat({
    Pusher: {
      Type: "AWS::IAM::Role",
      Properties: {
        RoleName: "pusher",
        AssumeRolePolicyDocument: assume,
        Policies: [
          {
            PolicyName: "push",
            PolicyDocument: { Statement: [{ Effect: "Allow", Action: "execute-api:ManageConnections", Resource }] },
          },
        ],
      },
    },
  })
  const options = { clock: new ManualClock(), quotas: awsQuotas, mode: "enforce" as const, onDenied() {} }
  let deployment = createDeployment(definition, options)
  const administrator = administratorOf(definition.accountId)
  const access = createConsoleAccess(() => deployment, administrator)
  const resource = (method: string) => ({ apiId: definition.webSocketApis[0]?.apiId ?? "", stageName: "dev", method })
  const reload = (changes: Parameters<typeof defineChat>[0]) => {
    deployment = createDeployment(defineChat(changes), options)
  }
  return { access, administrator, resource, definition, reload }
}

test("without a role, the console calls as the administrator, who may do everything", () => {
  const { access, administrator, resource } = createAccess()
  expect(access.mayManageAs(undefined, resource("DELETE"))).toMatchObject({ allowed: true, signer: administrator })
})

test("as a role, a call is allowed by the statement of the role, and signed by a session of it", () => {
  const { access, resource, definition } = createAccess()
  const { accountId } = definition
  expect(access.mayManageAs("Pusher", resource("POST"))).toMatchObject({
    allowed: true,
    statement: { policyName: "push", index: 0 },
    signer: {
      arn: `arn:aws:sts::${accountId}:assumed-role/pusher/console`,
      roleArn: `arn:aws:iam::${accountId}:role/pusher`,
      accountId,
      administrator: false,
    },
  })
})

test("as a role, a call that the role does not allow is denied as API Gateway denies it", () => {
  const { access, resource } = createAccess()
  const denied = { allowed: false, errorType: "AccessDeniedException" }
  expect(access.mayManageAs("Pusher", resource("DELETE"))).toMatchObject(denied)
  expect(access.mayManageAs("Role", resource("POST"))).toMatchObject(denied)
})

test("a role that the deployment does not have is rejected by its name", () => {
  const { access, resource } = createAccess()
  expect(access.mayManageAs("Other", resource("POST"))).toEqual({
    allowed: false,
    errorType: "UnrecognizedClientException",
    message: "There is no role Other.",
  })
})

test("permissions and notices are those of the deployment that is served now", () => {
  const { access, resource, reload } = createAccess()
  expect(access.notices()).toEqual([])
  reload({ Role: { ManagedPolicyArns: ["arn:aws:iam::aws:policy/NoSuchPolicy"] } })
  expect(access.mayManageAs("Pusher", resource("POST"))).toMatchObject({ message: "There is no role Pusher." })
  expect(access.notices()).toMatchObject([{ logicalId: "Role" }])
})
