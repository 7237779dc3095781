// Splits the suggested fix of a denial into its sentences and the code to copy.

/** One way to fix it: a sentence, code, or code with the sentence that says where it belongs. */
export type FixPart = { text?: string; code?: string }

/** @param fix a line of CDK, CloudFormation as JSON behind a sentence, both with `// or,` in between, or a sentence */
export function fixParts(fix: string): FixPart[] {
  const [first = "", ...alternatives] = fix.split(" // or, ")
  return [partOf(first), ...alternatives.map(alternativePart)]
}

function partOf(fix: string): FixPart {
  const [, text, json] = /^([^{]*:) (\{.*\})$/s.exec(fix) ?? []
  if (text !== undefined && json !== undefined) return { text, code: indented(json) }
  return fix.endsWith(".") ? { text: fix } : { code: fix }
}

function alternativePart(alternative: string): FixPart {
  const at = alternative.indexOf(": ")
  return { text: `Or, ${alternative.slice(0, at)}:`, code: indented(alternative.slice(at + 2)) }
}

function indented(code: string): string {
  try {
    return JSON.stringify(JSON.parse(code), null, 2)
  } catch {
    return code
  }
}
