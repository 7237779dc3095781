// Where everything that is pointed at by path is found from: cdk.json, the handlers, the built page.
import { join } from "node:path"

export const repositoryRoot = join(import.meta.dirname, "..", "..")
