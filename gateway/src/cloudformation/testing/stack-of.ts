// Wraps a template that a test writes as a value into a stack.
import type { Stack } from "../source/stack.ts"
import { templateSections } from "../source/template-sections.ts"

export function stackOf(body: Record<string, unknown>, changes: Partial<Stack> = {}): Stack {
  return {
    stackName: "stack",
    template: templateSections(body),
    region: "us-east-1",
    accountId: "000000000000",
    assets: new Map(),
    constructPaths: new Map(),
    parameters: new Map(),
    ...changes,
  }
}
