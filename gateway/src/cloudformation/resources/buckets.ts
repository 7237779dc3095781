// Reads the S3 buckets with their CORS rules.
import type { BucketCorsRule, BucketDefinition } from "../../definition/storage.ts"
import { withoutUndefined } from "../../foundation/without-undefined.ts"
import type { Properties } from "../resolve/properties.ts"
import type { ResolvedTemplate } from "../resolve/resolve-template.ts"

export function readBuckets(template: ResolvedTemplate): BucketDefinition[] {
  return template.ofType("AWS::S3::Bucket").map((resource) => {
    const bucketName = resource.ref
    // AWS: 3 to 63 lower-case letters, digits, hyphens and dots (template-bucket-name)
    if (!/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/.test(bucketName))
      resource.problem(`"${bucketName}" is not a valid bucket name.`)
    const rules = resource.properties.object("CorsConfiguration")?.objects("CorsRules") ?? []
    return { ...resource.origin, bucketName, cors: rules.map(readCorsRule) }
  })
}

function readCorsRule(rule: Properties): BucketCorsRule {
  return {
    allowedOrigins: rule.texts("AllowedOrigins"),
    allowedMethods: rule.texts("AllowedMethods"),
    allowedHeaders: rule.texts("AllowedHeaders"),
    exposedHeaders: rule.texts("ExposedHeaders"),
    ...withoutUndefined({ maxAgeSeconds: rule.number("MaxAge") }),
  }
}
