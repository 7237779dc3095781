// Reads a template file: JSON, or YAML with CloudFormation's short tags (`!Ref`, `!GetAtt`, `!Sub` and the others).
import { type Node, parseDocument, Scalar, visit, YAMLMap } from "yaml"
import { GatewayError } from "../../foundation/errors.ts"
import { isRecord } from "../../foundation/is-record.ts"
import { expandForEach } from "./expand-for-each.ts"
import { expandIncludes } from "./expand-include.ts"
import type { Template } from "./stack.ts"
import { templateSections } from "./template-sections.ts"

/** Values that replace the parameters' defaults. */
type GivenParameters = Readonly<Record<string, string>>

const hint = "Give a cdk.out folder, or a CloudFormation or SAM template in JSON or YAML."

/**
 * @param path the file: its extension selects JSON or YAML, and error messages name it.
 * @throws GatewayError TEMPLATE_UNREADABLE when the text is not a template.
 */
export function readTemplate(text: string, path: string, parameters: GivenParameters = {}): Template {
  const parsed = parseTemplate(text, path)
  const body = isRecord(parsed) ? withIncludes(parsed, path, parameters) : undefined
  if (!isRecord(body?.Resources)) {
    throw new GatewayError("TEMPLATE_UNREADABLE", `${path} is not a template: it has no Resources.`, { hint })
  }
  return checkedSections(body, path, parameters)
}

function withIncludes(
  body: Record<string, unknown>,
  path: string,
  parameters: GivenParameters,
): Record<string, unknown> {
  return expandIncludes(body, { path, parameters: new Map(Object.entries(parameters)), parse: parseTemplate })
}

/**
 * Reads the template of a stack in a cloud assembly, where CDK writes a stack without resources as a template without
 * `Resources`.
 *
 * @throws GatewayError TEMPLATE_UNREADABLE when the text is not a template.
 */
export function readAssemblyTemplate(text: string, path: string, parameters: GivenParameters = {}): Template {
  const body = parseTemplate(text, path)
  if (!isRecord(body)) throw new GatewayError("TEMPLATE_UNREADABLE", `${path} is not a template.`, { hint })
  return checkedSections(withIncludes(body, path, parameters), path, parameters)
}

/** @throws GatewayError TEMPLATE_UNREADABLE */
export function parseJsonFile(text: string, path: string): unknown {
  try {
    return JSON.parse(text)
  } catch (cause) {
    const message = `${path} is not JSON: ${(cause as Error).message}.`
    throw new GatewayError("TEMPLATE_UNREADABLE", message, { hint, cause })
  }
}

function parseTemplate(text: string, path: string): unknown {
  // Editors on Windows start files with a byte order mark, which JSON.parse rejects.
  const content = text.replace(/^\uFEFF/, "")
  if (content.trim() === "") throw new GatewayError("TEMPLATE_UNREADABLE", `${path} is empty.`, { hint })
  return path.endsWith(".json") ? parseJsonFile(content, path) : parseYaml(content, path)
}

function checkedSections(body: Record<string, unknown>, path: string, parameters: GivenParameters): Template {
  const scope = { path, parameters: new Map(Object.entries(parameters)) }
  const template = templateSections(expandForEach(body, scope))
  for (const [logicalId, resource] of template.resources) {
    if (isRecord(resource) && typeof resource.Type === "string") continue
    throw new GatewayError("TEMPLATE_UNREADABLE", `${path}: the resource ${logicalId} has no Type.`, {
      hint: 'Add one, such as "Type": "AWS::Lambda::Function".',
    })
  }
  return template
}

function parseYaml(text: string, path: string): unknown {
  const document = parseDocument(text, { merge: true, logLevel: "silent" })
  const [error] = document.errors
  if (error) {
    const message = `${path} is not YAML: ${error.message.split("\n")[0]?.replace(/:$/, ".")}`
    throw new GatewayError("TEMPLATE_UNREADABLE", message, { hint, cause: error })
  }
  visit(document, { Node: (_, node) => expandShortTag(node as Node) })
  return document.toJS()
}

/** `!Sub text` becomes `{ "Fn::Sub": text }`. AWS: all but Ref and Condition have the prefix (template-short-tags) */
function expandShortTag(node: Node): Node | undefined {
  const { tag } = node
  if (!tag?.startsWith("!") || tag === "!") return undefined
  delete node.tag
  const short = tag.slice(1)
  const map = new YAMLMap()
  map.set(new Scalar(short === "Ref" || short === "Condition" ? short : `Fn::${short}`), node)
  return map
}
