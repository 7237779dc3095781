// Reads the secrets of Secrets Manager.
import type { SecretDefinition } from "../../definition/configuration.ts"
import type { ResolvedTemplate } from "../resolve/resolve-template.ts"
import { secretString } from "../resolve/secret-string.ts"

export function readSecrets(template: ResolvedTemplate): SecretDefinition[] {
  return template.ofType("AWS::SecretsManager::Secret").map((resource) => {
    const arn = resource.ref
    return {
      ...resource.origin,
      // Without the six characters at the end.
      secretName: (arn.split(":secret:")[1] ?? "").replace(/-[^-]*$/, ""),
      arn,
      secretString: secretString(resource),
    }
  })
}
