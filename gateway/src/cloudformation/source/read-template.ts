// Reads one template file: JSON, or YAML with CloudFormation's short tags (`!Ref`, `!GetAtt`, `!Sub` and the others).

import { type Node, parseDocument, Scalar, visit, YAMLMap } from "yaml"
import { GatewayError } from "../../foundation/errors.ts"
import { isRecord } from "../../foundation/is-record.ts"
import type { TemplateBody } from "./stack.ts"

const cure = "Give a cdk.out folder, or a CloudFormation or SAM template in JSON or YAML."

/** @throws GatewayError TEMPLATE_UNREADABLE when the text is no template; `path` is only for the message. */
export function readTemplate(text: string, path: string): TemplateBody {
  if (text.trim() === "") throw new GatewayError("TEMPLATE_UNREADABLE", `${path} is empty.`, { hint: cure })
  const body = path.endsWith(".json") ? parseJson(text, path) : parseYaml(text, path)
  if (!isRecord(body) || !isRecord(body.Resources)) {
    throw new GatewayError("TEMPLATE_UNREADABLE", `${path} is no template: it has no Resources.`, { hint: cure })
  }
  for (const [logicalId, resource] of Object.entries(body.Resources)) {
    if (isRecord(resource) && typeof resource.Type === "string") continue
    const message = `${path}: the resource ${logicalId} has no Type.`
    throw new GatewayError("TEMPLATE_UNREADABLE", message, {
      hint: 'Give it one, such as "Type": "AWS::Lambda::Function".',
    })
  }
  return body as TemplateBody
}

export function parseJson(text: string, path: string): unknown {
  try {
    return JSON.parse(text)
  } catch (cause) {
    const message = `${path} is not JSON: ${(cause as Error).message}.`
    throw new GatewayError("TEMPLATE_UNREADABLE", message, { hint: cure, cause })
  }
}

function parseYaml(text: string, path: string): unknown {
  const document = parseDocument(text, { merge: true, logLevel: "silent" })
  const [error] = document.errors
  if (error) {
    const message = `${path} is not YAML: ${error.message.split("\n")[0]}`
    throw new GatewayError("TEMPLATE_UNREADABLE", message, { hint: cure, cause: error })
  }
  visit(document, { Node: (_, node) => longForm(node as Node) })
  return document.toJS()
}

/** `!Sub text` as `{ "Fn::Sub": text }`. AWS: all but Ref and Condition have the prefix (template-short-tags) */
function longForm(node: Node): Node | undefined {
  const tag = node.tag
  if (!tag?.startsWith("!") || tag === "!") return undefined
  delete node.tag
  const short = tag.slice(1)
  const name = short === "Ref" || short === "Condition" ? short : `Fn::${short}`
  const map = new YAMLMap()
  map.set(new Scalar(name), node)
  return map
}
