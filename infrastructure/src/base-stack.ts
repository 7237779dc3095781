// The base class of the environment's stacks: names, tags, removal policy, log retention and outputs.
import { CfnOutput, RemovalPolicy, Stack, Tags } from "aws-cdk-lib"
import type { RetentionDays } from "aws-cdk-lib/aws-logs"
import type { Construct } from "constructs"
import type { Config } from "./config.ts"
import { projectName } from "./stack-names.ts"

export type DocumentInsightStackProps = { envName: string; config: Config }

/**
 * A stack named `document-insight-{env}-{component}`, tagged with project, environment, component and managed-by.
 * Its template names no account and no region, so it can be deployed to any.
 */
export abstract class BaseDocumentInsightStack extends Stack {
  readonly envName: string
  readonly config: Config

  constructor(
    scope: Construct,
    component: string,
    { envName, config }: DocumentInsightStackProps,
    description: string,
  ) {
    const name = `${projectName}-${envName}-${component}`
    super(scope, name, { stackName: name, description })
    this.envName = envName
    this.config = config
    const tags = { project: projectName, environment: envName, component, "managed-by": "cdk" }
    for (const [key, value] of Object.entries(tags)) Tags.of(this).add(key, value)
  }

  /** The name of a resource in this environment: `document-insight-{env}-{name}`. */
  resourceName(name: string): string {
    return `${projectName}-${this.envName}-${name}`
  }

  /**
   * What happens to data and logs when their stack is deleted (`data_removal`).
   *
   * Not `RETAIN`: a resource with a fixed name that is retained when the stack's first creation fails makes every later
   * attempt fail because the name is taken. `RETAIN_ON_UPDATE_OR_DELETE` is CloudFormation's `RetainExceptOnCreate`.
   */
  get removalPolicy(): RemovalPolicy {
    return this.config.data_removal === "destroy" ? RemovalPolicy.DESTROY : RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE
  }

  get logRetention(): RetentionDays {
    return this.config.log_retention_days
  }

  /** Publishes an output under its own key, exported as `{stackName}-{name}`. */
  addStackOutput(name: string, value: string, description: string): CfnOutput {
    return new CfnOutput(this, name, { value, description, exportName: `${this.stackName}-${name}` })
  }
}
