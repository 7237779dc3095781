// Loads parts of the gateway whose packages are optional, because few templates need them and they are large.
import { GatewayError } from "../foundation/errors.ts"

/**
 * @param need the resources of the template that need the packages, and the packages with their versions
 * @throws GatewayError PACKAGE_MISSING with the command that installs them
 */
export async function loadOptional<Module>(
  load: () => Promise<Module>,
  need: { what: string; packages: readonly string[] },
): Promise<Module> {
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
    const hint = `Run: npm install --save-dev ${packages.join(" ")}`
    throw new GatewayError("PACKAGE_MISSING", `${what} need packages that are not installed.`, { hint, cause: error })
  }
}

/** `@aws-sdk/client-s3@3` is the package `@aws-sdk/client-s3`. */
function nameOf(packageWithVersion: string): string {
  return packageWithVersion.slice(0, packageWithVersion.lastIndexOf("@"))
}
