// The repository root, from which cdk.json, the handlers and the built page are resolved.
import { join } from "node:path"

export const repositoryRoot = join(import.meta.dirname, "..", "..")
