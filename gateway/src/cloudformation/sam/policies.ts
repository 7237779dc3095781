// Expands the `Policies` of a SAM function or state machine to managed policy ARNs and policy documents.
import { isRecord } from "../../foundation/is-record.ts"
import type { Properties } from "../generated-resource.ts"
import type { Report, Subject } from "../report.ts"
import { policyTemplates } from "./policy-templates.ts"

/** @param subject what has the policies, for a policy template that is not known */
export function policiesOf(
  subject: Subject,
  policies: unknown,
  report: Report,
): { managedPolicyArns: unknown[]; documents: Properties[] } {
  const managedPolicyArns: unknown[] = []
  const documents: Properties[] = []
  for (const policy of policies === undefined ? [] : [policies].flat()) {
    if (typeof policy === "string" && !policy.startsWith("arn:")) managedPolicyArns.push(managedPolicyArn(policy))
    else if (isRecord(policy) && "Statement" in policy) documents.push({ Version: "2012-10-17", ...policy })
    else if (isRecord(policy) && Object.keys(policy).some((name) => /Policy(_v\d+)?$/.test(name))) {
      documents.push(...expandPolicyTemplates(subject, policy, report))
    } else managedPolicyArns.push(policy)
  }
  return { managedPolicyArns, documents }
}

export function managedPolicyArn(name: string): Properties {
  return { "Fn::Sub": `arn:\${AWS::Partition}:iam::aws:policy/${name}` }
}

function expandPolicyTemplates(subject: Subject, policy: Properties, report: Report): Properties[] {
  return Object.entries(policy).flatMap(([name, parameters]) => {
    const statements = policyTemplates.get(name)
    if (!statements) {
      const message = `The policy template ${name} is not known here, so it allows nothing.`
      return report.notice(subject, message) ?? []
    }
    const values = isRecord(parameters) ? parameters : {}
    const Statement = statements.map(({ actions, resources }) => ({
      Effect: "Allow",
      Action: actions,
      Resource: resources.map((resource) => ({ "Fn::Sub": [resource, values] })),
    }))
    return [{ Version: "2012-10-17", Statement }]
  })
}
