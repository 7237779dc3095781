// Splits a parsed template into its sections.
import { isRecord } from "../../foundation/is-record.ts"
import type { OutputBody, ParameterBody, ResourceBody, Template } from "./stack.ts"

/** A section that is missing or is not a map comes out empty. */
export function templateSections(body: Record<string, unknown>): Template {
  return {
    globals: sectionOf(body.Globals),
    parameters: sectionOf<ParameterBody>(body.Parameters),
    mappings: sectionOf(body.Mappings),
    conditions: sectionOf(body.Conditions),
    resources: sectionOf<ResourceBody>(body.Resources),
    outputs: sectionOf<OutputBody>(body.Outputs),
  }
}

function sectionOf<Entry = unknown>(section: unknown): Map<string, Entry> {
  return new Map(Object.entries(isRecord(section) ? section : {}) as [string, Entry][])
}
