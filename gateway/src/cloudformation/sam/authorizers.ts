// Reads the `Auth` property that SAM's REST APIs and HTTP APIs share.
import { isRecord } from "../../foundation/is-record.ts"
import { alphanumeric, type Properties } from "../generated-resource.ts"

/** @param auth the property `Auth` of an API */
export function authorizersIn(auth: unknown): ReadonlyMap<string, Properties> {
  const authorizers = isRecord(auth) && isRecord(auth.Authorizers) ? auth.Authorizers : {}
  return new Map(Object.entries(authorizers).filter((entry): entry is [string, Properties] => isRecord(entry[1])))
}

export function authorizerId(apiId: string, name: string): string {
  return `${apiId}${alphanumeric(name)}Authorizer`
}

/**
 * The identity sources of a Lambda authorizer, in the order of `prefixes`.
 * @param identity the property `Identity`, whose lists name headers, parameters and variables
 * @param prefixes by the name of a list
 */
export function identitySourcesIn(identity: Properties, prefixes: Readonly<Record<string, string>>): string[] {
  return Object.entries(prefixes).flatMap(([name, prefix]) => {
    const list = identity[name]
    return (Array.isArray(list) ? list : []).map((one) => `${prefix}.${String(one)}`)
  })
}
