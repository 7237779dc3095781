// What all our stacks share: their names, tags, removal policy, and how they publish outputs.
import { CfnOutput, RemovalPolicy, Stack, Tags } from "aws-cdk-lib"
import type { RetentionDays } from "aws-cdk-lib/aws-logs"
import type { Construct } from "constructs"
import type { Config } from "./config.ts"

export const projectName = "document-insight"

export type DocumentInsightStackProps = { envName: string; config: Config }

/**
 * A stack named `document-insight-{env}-{component}`, tagged with project, environment, component and managed-by.
 * It names no account and no region, so one template fits all.
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

  /** What happens to data and logs when their stack goes: dev destroys, prod retains (`data_removal`). */
  get removalPolicy(): RemovalPolicy {
    return this.config.data_removal === "destroy" ? RemovalPolicy.DESTROY : RemovalPolicy.RETAIN
  }

  get logRetention(): RetentionDays {
    return this.config.log_retention_days
  }

  /** Publishes an output under its own key, exported as `{stackName}-{name}` for other stacks and accounts' tools. */
  addStackOutput(name: string, value: string, description: string): CfnOutput {
    return new CfnOutput(this, name, { value, description, exportName: `${this.stackName}-${name}` })
  }
}
