// Finds the templates of `AWS::CloudFormation::Stack` resources, which lie beside their parent's.
import { readFile } from "node:fs/promises"
import { basename, dirname, isAbsolute, join } from "node:path"
import { generatedName } from "../resolve/physical-names.ts"
import { readTemplate } from "./read-template.ts"
import type { ResourceBody, Stack } from "./stack.ts"

/** The stack, then its nested stacks, however deep. One whose template is not on this machine is left out. */
export async function nestedStacks(parent: Stack): Promise<Stack[]> {
  const stacks = [parent]
  for (const [logicalId, resource] of Object.entries(parent.body.Resources)) {
    const path = templatePathOf(resource, parent)
    const text = path === undefined ? undefined : await readFile(path, "utf8").catch(() => undefined)
    if (path === undefined || text === undefined) continue
    const nested: Stack = {
      ...parent,
      stackName: generatedName(parent.stackName, logicalId, 128),
      body: readTemplate(text, path),
      folder: dirname(path),
      parameters: {},
      nestedIn: { stackName: parent.stackName, logicalId },
    }
    stacks.push(...(await nestedStacks(nested)))
  }
  return stacks
}

function templatePathOf(resource: ResourceBody, parent: Stack): string | undefined {
  if (resource.Type !== "AWS::CloudFormation::Stack" && resource.Type !== "AWS::Serverless::Application")
    return undefined
  const { folder } = parent
  const { TemplateURL, Location } = resource.Properties ?? {}
  const path = resource.Metadata?.["aws:asset:path"] ?? TemplateURL ?? Location
  if (folder === undefined || typeof path !== "string" || path.startsWith("https://")) return undefined
  return isAbsolute(path) ? join(folder, basename(path)) : join(folder, path)
}
