// Compiles the mapping templates of an integration once, and renders them per request.
import type { ContextObject } from "./context-object.ts"
import { TemplateSyntaxError } from "./cursor.ts"
import { InputObject, type RequestParameters } from "./input-object.ts"
import { parseTemplate } from "./parse-template.ts"
import { render } from "./render.ts"
import type { Template } from "./syntax-tree.ts"
import { utilObject } from "./util-object.ts"
import type { Value } from "./value.ts"

/** `problem`: why the template cannot be rendered. */
export type MappingTemplate = { template: Template } | { problem: string }

export type TemplateInput = {
  body: string
  parameters: RequestParameters
  context: ContextObject
  stageVariables: Readonly<Record<string, string>>
}

/** AWS: a template has at most 300 KB (vtl-size) */
const MAX_TEMPLATE_BYTES = 300 * 1024

export function compileTemplate(source: string): MappingTemplate {
  if (Buffer.byteLength(source) > MAX_TEMPLATE_BYTES) return { problem: "It is larger than 300 KB." }
  try {
    return { template: parseTemplate(source) }
  } catch (error) {
    if (!(error instanceof TemplateSyntaxError)) throw error
    return { problem: error.message }
  }
}

/** @throws Error when the template has a problem, when it fails, or when the body is not the JSON that it reads */
export function renderTemplate(compiled: MappingTemplate, input: TemplateInput): string {
  if ("problem" in compiled) throw new TemplateSyntaxError(compiled.problem)
  const variables = new Map<string, Value>([
    ["input", new InputObject(input.body, input.parameters)],
    ["context", input.context],
    ["stageVariables", new Map(Object.entries(input.stageVariables))],
    ["util", utilObject],
  ])
  return render(compiled.template, variables)
}
