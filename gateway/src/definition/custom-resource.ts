// Custom resources: resources that a function of the template creates.
import type { Origin } from "./origin.ts"

export type CustomResourceDefinition = Origin & {
  /** `Custom::Seed` */
  type: string
  stackId: string
  region: string
  /** The function that creates it, without a qualifier. */
  functionArn: string
  /** As CloudFormation sends them: numbers and booleans are texts. */
  properties: Record<string, unknown>
  timeoutMs: number
  /** Keys of the custom resources that it refers to, directly or through other resources. */
  dependsOn: string[]
  /** The service that CDK's AwsCustomResource calls, when it is not served here. */
  unservedService?: string
}

/** What is known of a custom resource: what its function responded with, or why it does not exist. */
export type CustomResourceState =
  | { physicalResourceId: string; data: Readonly<Record<string, unknown>> }
  | { notServed: string }

/** Replaces the values of a custom resource until it exists. No name or text of a template contains it. */
export const PENDING_VALUE = "PendingCustomResource7d1f0c"

/** Whether a value depends on a custom resource that does not exist yet. */
export function isPending(value: unknown): boolean {
  return value !== undefined && JSON.stringify(value).includes(PENDING_VALUE)
}
