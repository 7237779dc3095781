// Loads a source and reads it into a definition. The entry point of this folder.
import type { CustomResourceState } from "../definition/custom-resource.ts"
import type { Definition } from "../definition/definition.ts"
import { GatewayError } from "../foundation/errors.ts"
import { readDefinition } from "./read-definition.ts"
import { loadSource } from "./source/load-source.ts"
import type { AssemblyOptions } from "./source/read-assembly.ts"
import { selectStacks } from "./source/select-stacks.ts"

/** `stack`: the only stack to read. */
export type LoadOptions = AssemblyOptions & {
  stack?: string | undefined
  /** Values of exports of stacks that are not in the source. */
  imports?: Readonly<Record<string, string>> | undefined
  /** Values of parameters of Systems Manager and of secrets, by name. */
  parameterValues?: Readonly<Record<string, string>> | undefined
  /** What is known of custom resources, by key. */
  customResourceStates?: ReadonlyMap<string, CustomResourceState>
}

/**
 * @param source a `cdk.out` folder, or a CloudFormation or SAM template in JSON or YAML.
 * @param options `region` and `accountId` are those of stacks that name none, `parameters` replace the templates' defaults.
 * @throws GatewayError FILE_NOT_FOUND, TEMPLATE_UNREADABLE, TEMPLATE_INVALID or (for `stack`) BAD_OPTION.
 */
export async function loadDefinition(source: string, options: LoadOptions = {}): Promise<Definition> {
  const { imports = {}, parameterValues = {}, customResourceStates = new Map() } = options
  const definition = readDefinition(selectStacks(await loadSource(source, options), options.stack), {
    imports: new Map(Object.entries(imports)),
    values: new Map(Object.entries(parameterValues)),
    customResources: customResourceStates,
  })
  const { webSocketApis, httpApis, restApis, functionUrls, leftOut } = definition
  if (leftOut.length + webSocketApis.length + httpApis.length + restApis.length + functionUrls.length === 0) {
    throw new GatewayError("TEMPLATE_INVALID", `${source} defines no API.`, {
      hint: "Give a template that has an AWS::ApiGatewayV2::Api, an AWS::ApiGateway::RestApi or an AWS::Lambda::Url.",
    })
  }
  return definition
}
