// IAM resources: roles, policies and permissions to invoke a function.
import type { Origin } from "./origin.ts"

export type RoleDefinition = Origin & {
  roleName: string
  arn: string
  assumeRolePolicy: PolicyDocument
  /** Inline policies and `AWS::IAM::Policy` / `ManagedPolicy` resources of the template attached to this role. */
  policies: { name: string; document: PolicyDocument }[]
  /** AWS-managed policies, by ARN. */
  managedPolicyArns: string[]
}

export type PolicyDocument = { Version?: string; Statement: PolicyStatement[] }

export type PolicyStatement = {
  Sid?: string
  Effect: "Allow" | "Deny"
  Principal?: "*" | Record<string, string | string[]>
  NotPrincipal?: "*" | Record<string, string | string[]>
  Action?: string | string[]
  NotAction?: string | string[]
  Resource?: string | string[]
  NotResource?: string | string[]
  Condition?: Record<string, Record<string, string | string[] | boolean | number>>
}

/** The policy of a bucket, queue, table or topic. */
export type ResourcePolicy = Origin & { resourceArn: string; document: PolicyDocument }

/** `AWS::Lambda::Permission`: one statement of a function's resource policy. */
export type InvokePermission = Origin & {
  functionArn: string
  action: string
  principal: string
  sourceArn?: string
  sourceAccount?: string
  /** The value that `lambda:FunctionUrlAuthType` must have. */
  functionUrlAuthType?: string
  /** The value that `lambda:InvokedViaFunctionUrl` must have. */
  invokedViaFunctionUrl?: boolean
}
