// Parameters of Systems Manager and secrets of Secrets Manager.
import type { Origin } from "./origin.ts"

export type ParameterDefinition = Origin & {
  parameterName: string
  arn: string
  parameterType: "String" | "StringList"
  value: string
}

export type SecretDefinition = Origin & {
  secretName: string
  arn: string
  secretString: string
}
