// Selects the mapping of a custom domain name for the path of a request.
import type { ApiMappingDefinition, CustomDomainDefinition } from "../definition/custom-domain.ts"

export type SelectedMapping = {
  mapping: ApiMappingDefinition
  stageName: string
  /** The part of the path that is not the API's: `/v1`, or empty. */
  basePath: string
}

/**
 * AWS: the longest key that the path begins with is selected, in whole segments (domain-longest-key)
 *
 * @param path as received
 */
export function selectMapping({ mappings }: CustomDomainDefinition, path: string): SelectedMapping | undefined {
  let best: ApiMappingDefinition | undefined
  for (const mapping of mappings) {
    if (!isPrefix(mapping.key, path)) continue
    if (!best || mapping.key.length > best.key.length) best = mapping
  }
  if (!best) return undefined
  const basePath = best.key === "" ? "" : `/${best.key}`
  if (best.stageName !== undefined) return { mapping: best, stageName: best.stageName, basePath }
  // AWS: without a stage in the mapping, the path names it (domain-without-stage)
  const [, stageName = ""] = path.slice(basePath.length).split("/")
  return { mapping: best, stageName, basePath: `${basePath}/${stageName}` }
}

function isPrefix(key: string, path: string): boolean {
  return key === "" || path === `/${key}` || path.startsWith(`/${key}/`)
}
