// Loads the templates of `AWS::CloudFormation::Stack` resources, which are next to the parent's template.
import { readFile } from "node:fs/promises"
import { basename, dirname, isAbsolute, join } from "node:path"
import { GatewayError } from "../../foundation/errors.ts"
import { generatedName } from "../resolve/physical-names.ts"
import { readTemplate } from "./read-template.ts"
import type { ResourceBody, Stack } from "./stack.ts"

/**
 * The nested stacks of `parent` at every depth, parents first. A stack without a template on this machine is skipped.
 * @param ancestors the templates that `parent` is nested in, and its own
 * @throws GatewayError TEMPLATE_INVALID for a template that is nested in itself
 */
export async function loadNestedStacks(parent: Stack, ancestors: readonly string[] = []): Promise<Stack[]> {
  const stacks: Stack[] = []
  for (const [logicalId, resource] of parent.template.resources) {
    const path = templatePathOf(resource, parent)
    const text = path === undefined ? undefined : await readFile(path, "utf8").catch(() => undefined)
    if (path === undefined || text === undefined) continue
    if (ancestors.includes(path)) {
      throw new GatewayError("TEMPLATE_INVALID", `The template ${path} is nested in itself.`, {
        hint: `Remove its resource ${logicalId}, or give it another template.`,
      })
    }
    const nested: Stack = {
      stackName: generatedName(parent.stackName, logicalId, 128),
      template: readTemplate(text, path),
      region: parent.region,
      accountId: parent.accountId,
      folder: dirname(path),
      assets: parent.assets,
      constructPaths: parent.constructPaths,
      parameters: new Map(),
      nestedIn: { stackName: parent.stackName, logicalId },
    }
    stacks.push(nested, ...(await loadNestedStacks(nested, [...ancestors, path])))
  }
  return stacks
}

function templatePathOf(resource: ResourceBody, { folder, assets }: Stack): string | undefined {
  if (resource.Type !== "AWS::CloudFormation::Stack" && resource.Type !== "AWS::Serverless::Application")
    return undefined
  const { TemplateURL, Location } = resource.Properties ?? {}
  const path = resource.Metadata?.["aws:asset:path"] ?? TemplateURL ?? Location
  // Without metadata the address of a CDK app's template has the hash of an asset, within an intrinsic function.
  const [, key] = /([0-9a-f]{64}\.json)/.exec(JSON.stringify(path ?? "")) ?? []
  const asset = key === undefined ? undefined : assets.get(key)
  if (asset) return asset.path
  if (folder === undefined || typeof path !== "string" || path.startsWith("https://")) return undefined
  return isAbsolute(path) ? join(folder, basename(path)) : join(folder, path)
}
