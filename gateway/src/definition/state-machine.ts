// Step Functions resources: state machines.
import type { Origin } from "./origin.ts"

export type StateMachineDefinition = Origin & {
  name: string
  arn: string
  type: "STANDARD" | "EXPRESS"
  roleArn: string
  /** In the Amazon States Language, checked when the template was read. */
  machine: unknown
}
