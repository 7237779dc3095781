// Loads parts of the gateway whose packages are optional, because few templates need them and they are large.
import { GatewayError } from "../foundation/errors.ts"

export type PackageNeed = {
  /** `DynamoDB tables` */
  what: string
  /** With their major versions: `dynalite@4`. */
  packages: readonly string[]
}

// The versions are the major versions of the peer dependencies in package.json.
export const dynamoDbPackages: PackageNeed = { what: "DynamoDB tables", packages: ["dynalite@4"] }
export const s3Packages: PackageNeed = { what: "S3 buckets", packages: ["@aws-sdk/client-s3@3", "fauxqs@2"] }
export const sqsPackages: PackageNeed = { what: "SQS queues", packages: ["@aws-sdk/client-sqs@3", "fauxqs@2"] }

/**
 * @param need the resources of the template that need the packages, and the packages with their versions
 * @throws GatewayError PACKAGE_MISSING with the command that installs them
 */
export async function loadOptional<Module>(load: () => Promise<Module>, need: PackageNeed): Promise<Module> {
  const { what, packages } = need
  try {
    return await load()
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException
    if (code === "ERR_UNKNOWN_BUILTIN_MODULE") {
      const hint = "Use a newer Node.js, or set AWS_ENDPOINT_URL_<SERVICE> to a service that runs elsewhere."
      throw new GatewayError("PACKAGE_MISSING", `${what} need Node.js 22.13 or later.`, { hint, cause: error })
    }
    const isMissing = code === "ERR_MODULE_NOT_FOUND" && packages.some((name) => message.includes(nameOf(name)))
    if (!isMissing) throw error
    throw missing([need], error)
  }
}

/**
 * Settles what starts at the same time. One error names the packages of everything that lacks some.
 * @param starts each with what it needs
 */
export async function startAll(starts: readonly { start: () => Promise<unknown>; needs: PackageNeed[] }[]) {
  const settled = await Promise.allSettled(starts.map(({ start }) => start()))
  const failed = settled.flatMap((one, index) =>
    one.status === "rejected" ? [{ error: one.reason as unknown, needs: starts[index]?.needs ?? [] }] : [],
  )
  const other = failed.find(({ error }) => !isMissingPackage(error))
  if (other) throw other.error
  const [first] = failed
  if (first)
    throw missing(
      failed.flatMap(({ needs }) => needs),
      first.error,
    )
}

function isMissingPackage(error: unknown): boolean {
  return error instanceof GatewayError && error.code === "PACKAGE_MISSING" && error.hint?.startsWith(installation)
}

const installation = "Run: npm install --save-dev"

function missing(needs: readonly PackageNeed[], cause: unknown): GatewayError {
  const names = needs.map(({ what }) => what)
  const last = names.pop()
  const all = names.length === 0 ? last : `${names.join(", ")} and ${last}`
  const packages = new Set(needs.flatMap((need) => need.packages))
  const hint = `${installation} ${[...packages].join(" ")}`
  return new GatewayError("PACKAGE_MISSING", `${all} need packages that are not installed.`, { hint, cause })
}

/** `@aws-sdk/client-s3@3` is the package `@aws-sdk/client-s3`. */
function nameOf(packageWithVersion: string): string {
  return packageWithVersion.slice(0, packageWithVersion.lastIndexOf("@"))
}
