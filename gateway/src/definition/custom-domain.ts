// Custom domain names of APIs, and the stages that their paths lead to.
import type { Origin } from "./origin.ts"

export type CustomDomainDefinition = Origin & { domainName: string; mappings: ApiMappingDefinition[] }

export type ApiMappingDefinition = Origin & {
  /** `v1/orders`. Empty: every path that no other mapping matches. */
  key: string
  apiId: string
  /** Absent: the first segment after the key names the stage, of a REST API. */
  stageName?: string
}
