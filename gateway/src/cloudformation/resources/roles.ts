// Reads the IAM roles with every policy that is attached to them.
import type { RoleDefinition } from "../../definition/iam.ts"
import type { ResolvedTemplate } from "../resolve/resolve-template.ts"
import type { Resource } from "../resolve/resource.ts"
import { readPolicyDocument } from "./policy-document.ts"

export function readRoles(template: ResolvedTemplate): RoleDefinition[] {
  const managed = new Map(template.ofType("AWS::IAM::ManagedPolicy").map((policy) => [policy.ref, policy]))
  const roles = template.ofType("AWS::IAM::Role").map((resource) => readRole(resource, managed))
  for (const policy of template.ofType("AWS::IAM::Policy", "AWS::IAM::RolePolicy", "AWS::IAM::ManagedPolicy")) {
    const names = [...policy.properties.texts("Roles"), ...policy.properties.texts("RoleName")]
    for (const role of roles.filter((one) => names.includes(one.roleName))) role.policies.push(namedPolicy(policy))
  }
  return roles
}

function readRole(resource: Resource, managed: ReadonlyMap<string, Resource>): RoleDefinition {
  const { properties } = resource
  const arns = properties.texts("ManagedPolicyArns")
  // Differs: a permissions boundary is not evaluated, which is reported at start (permissions-boundary)
  const boundary = properties.text("PermissionsBoundary")
  if (boundary !== undefined) resource.notice(`The permissions boundary ${boundary} is not evaluated.`)
  return {
    ...resource.origin,
    roleName: resource.ref,
    arn: resource.attribute("Arn"),
    assumeRolePolicy: readPolicyDocument(resource, properties, "AssumeRolePolicyDocument"),
    policies: [
      ...properties.objects("Policies").map((policy) => ({
        name: policy.text("PolicyName") ?? resource.logicalId,
        document: readPolicyDocument(resource, policy, "PolicyDocument"),
      })),
      ...arns.flatMap((arn) => {
        const policy = managed.get(arn)
        return policy ? namedPolicy(policy) : []
      }),
    ],
    managedPolicyArns: arns.filter((arn) => !managed.has(arn)),
  }
}

function namedPolicy(policy: Resource): RoleDefinition["policies"][number] {
  const { properties } = policy
  const name = properties.text("PolicyName") ?? properties.text("ManagedPolicyName") ?? policy.logicalId
  return { name, document: readPolicyDocument(policy, properties, "PolicyDocument") }
}
