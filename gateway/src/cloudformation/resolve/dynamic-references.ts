// Replaces dynamic references to parameters of Systems Manager and to secrets: `{{resolve:ssm:/app/key}}`.
import { ownValue } from "../../foundation/own-value.ts"
import { parseJsonObject } from "../../foundation/parse-json.ts"
import { secretString } from "./secret-string.ts"

export type ReferenceLookup = {
  /** The value of a parameter of Systems Manager. */
  parameter(name: string): string | undefined
  /** The text of a secret that is named by its name or its ARN. */
  secret(id: string): string | undefined
}

type ConfigurationResource = Parameters<typeof secretString>[0] & { ref: string }

/**
 * @param ofType the resources of the template
 * @param values of `--parameters`, by name: they replace those of the template
 */
export function createReferenceLookup(
  ofType: (type: string) => readonly ConfigurationResource[],
  values: ReadonlyMap<string, string>,
): ReferenceLookup {
  return {
    parameter(name) {
      const given = values.get(name)
      if (given !== undefined) return given
      const found = ofType("AWS::SSM::Parameter").find(({ ref }) => ref === name)
      return found?.properties.text("Value")
    },
    secret(id) {
      const nameOf = (text: string) => (text.split(":secret:")[1] ?? text).replace(/-[A-Za-z0-9]{6}$/, "")
      const given = values.get(id) ?? (id.startsWith("arn:") ? values.get(nameOf(id)) : undefined)
      if (given !== undefined) return given
      const found = ofType("AWS::SecretsManager::Secret").find(({ ref }) => {
        return ref === id || ref.replace(/-[^-]{6}$/, "") === id || nameOf(ref) === id
      })
      return found && (values.get(nameOf(found.ref)) ?? secretString(found))
    },
  }
}

/** @param notice reports a reference without a value, whose text stays as it is */
export function replaceReferences(text: string, lookup: ReferenceLookup, notice: (message: string) => void): string {
  return text.replaceAll(/\{\{resolve:([a-z-]+):([^{}]+)\}\}/g, (reference, service: string, target: string) => {
    const value = referencedValue(service, target, lookup)
    if (value === undefined) {
      notice(`${reference} has no value here, so the text itself is used. Give the value with --parameters FILE.`)
    }
    return value ?? reference
  })
}

/** AWS: a version of a parameter, and a stage and a version of a secret, can follow (template-dynamic-references) */
function referencedValue(service: string, target: string, lookup: ReferenceLookup): string | undefined {
  // AWS: the value of `ssm-secure` is that of a parameter too (template-dynamic-references)
  if (service === "ssm" || service === "ssm-secure") return lookup.parameter(target.replace(/:\d+$/, ""))
  if (service !== "secretsmanager") return undefined
  const [, id = "", key = ""] =
    /^(arn:[^:]*:secretsmanager:[^:]*:[^:]*:secret:[^:]+|[^:]+)(?::SecretString(?::([^:]*))?.*)?$/.exec(target) ?? []
  const secret = lookup.secret(id)
  // AWS: without a key the whole text of the secret is the value (template-dynamic-secret)
  return secret === undefined || key === "" ? secret : fieldOf(secret, key)
}

function fieldOf(secret: string, key: string): string | undefined {
  const value = ownValue(parseJsonObject(secret) ?? {}, key)
  return value === undefined || typeof value === "object" ? undefined : String(value)
}
