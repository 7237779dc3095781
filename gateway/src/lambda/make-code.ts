// Builds the code of a function or layer with its Makefile, as `sam build` does for the build method makefile.
import { spawnSync } from "node:child_process"
import { cpSync, existsSync } from "node:fs"
import { basename, join, resolve } from "node:path"
import type { FunctionDefinition } from "../definition/lambda.ts"
import { GatewayError } from "../foundation/errors.ts"

const notCopied = new Set([".aws-sam", ".git"])

/** Without a Makefile there is nothing to build: `sam build` has done it, as its template states. */
export function hasMakefile(folder: string): boolean {
  return existsSync(join(folder, "Makefile"))
}

/**
 * AWS: the target runs in a copy of the sources, and puts what is deployed into ARTIFACTS_DIR (template-sam-makefile)
 * @param workFolder receives the copy
 * @throws GatewayError BUILD_FAILED with the last line that its recipe wrote
 */
export function makeCode(
  { logicalId }: Pick<FunctionDefinition, "logicalId">,
  { folder, workFolder, outdir, target }: { folder: string; workFolder: string; outdir: string; target: string },
): void {
  cpSync(resolve(folder), workFolder, { recursive: true, filter: (source) => !notCopied.has(basename(source)) })
  const { error, status, stdout, stderr } = spawnSync("make", [target, `ARTIFACTS_DIR=${outdir}`], {
    cwd: workFolder,
    encoding: "utf8",
  })
  if (error === undefined && status === 0) return
  const reason = error
    ? "make cannot be started"
    : (lastLine(stderr) ?? lastLine(stdout) ?? `make ended with ${status}`)
  throw new GatewayError(
    "BUILD_FAILED",
    `${target} of ${join(folder, "Makefile")} failed for ${logicalId}: ${reason}.`,
    {
      hint: "Correct it, or run `sam build` and give .aws-sam/build/template.yaml.",
      cause: error,
    },
  )
}

/** Without the lines with which make itself ends, such as `make: *** [Makefile:4: build] Error 127`. */
function lastLine(output: string): string | undefined {
  return output.split("\n").findLast((line) => line.trim() !== "" && !/^make(?:\[\d+\])?: \*\*\*/.test(line))
}
