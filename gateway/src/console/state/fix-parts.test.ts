import { expect, test } from "vitest"
import { fixParts } from "./fix-parts.ts"

const allow = '{"Effect":"Allow","Action":"sqs:SendMessage"}'
const indented = '{\n  "Effect": "Allow",\n  "Action": "sqs:SendMessage"\n}'

test.each([
  [`Add to the policies of Role: ${allow}`, [{ text: "Add to the policies of Role:", code: indented }]],
  ["queue.grantSendMessages(sender)", [{ code: "queue.grantSendMessages(sender)" }]],
  [
    'sender.addToRolePolicy(new PolicyStatement({ actions: ["sqs:SendMessage"] }))',
    [{ code: 'sender.addToRolePolicy(new PolicyStatement({ actions: ["sqs:SendMessage"] }))' }],
  ],
  [
    `queue.grantSendMessages(sender) // or, in CloudFormation, add to the policies of Role: ${allow}`,
    [
      { code: "queue.grantSendMessages(sender)" },
      { text: "Or, in CloudFormation, add to the policies of Role:", code: indented },
    ],
  ],
  [
    "api.grantManageConnections(push) // or, on a CfnApi: push.addToRolePolicy({ a: 1 })",
    [
      { code: "api.grantManageConnections(push)" },
      { text: "Or, on a CfnApi:", code: "push.addToRolePolicy({ a: 1 })" },
    ],
  ],
  [
    "Change statement 2 of the policy own (role Role).",
    [{ text: "Change statement 2 of the policy own (role Role)." }],
  ],
])("separates the sentences of a fix from its code: %s", (fix, parts) => {
  expect(fixParts(fix)).toEqual(parts)
})
