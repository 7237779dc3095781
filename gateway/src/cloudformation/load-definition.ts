// The room's door: SOURCE -> Definition.

import type { Definition } from "../definition/definition.ts"
import { GatewayError } from "../foundation/errors.ts"
import { definitionOf } from "./read-definition.ts"
import { loadSource } from "./source/load-source.ts"
import type { AssemblyOptions } from "./source/read-assembly.ts"

/**
 * Reads what SOURCE deploys.
 *
 * @param source a `cdk.out` folder, or a CloudFormation or SAM template, JSON or YAML.
 * @param options `region` and `accountId` replace the stacks' own; `parameters` replace the templates' defaults.
 * @throws GatewayError FILE_NOT_FOUND, TEMPLATE_UNREADABLE or TEMPLATE_INVALID.
 */
export async function loadDefinition(source: string, options: AssemblyOptions = {}): Promise<Definition> {
  const definition = definitionOf(await loadSource(source, options))
  if (definition.webSocketApis.length + definition.httpApis.length === 0) {
    throw new GatewayError("TEMPLATE_INVALID", `${source} defines no WebSocket API and no HTTP API.`, {
      hint: "Give a template with an AWS::ApiGatewayV2::Api in it; REST APIs are not served.",
    })
  }
  return definition
}
