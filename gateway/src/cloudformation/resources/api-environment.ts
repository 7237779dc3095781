// The region, the account and the domain name of an API, which are those of its stack.
import type { ApiEnvironment } from "../../definition/api.ts"
import { partitionOf } from "../resolve/partition.ts"
import type { Resource } from "../resolve/resource.ts"

export function apiEnvironment({ stack: { region, accountId }, ref: apiId, properties }: Resource): ApiEnvironment {
  const { partition, urlSuffix } = partitionOf(region)
  const domainName = `${apiId}.execute-api.${region}.${urlSuffix}`
  const isEndpointDisabled = properties.flag("DisableExecuteApiEndpoint") ?? false
  return { region, accountId, partition, domainName, ...(isEndpointDisabled && { isEndpointDisabled }) }
}
