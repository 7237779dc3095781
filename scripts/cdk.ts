// `npm run deploy`, `diff` and `destroy`: CDK's command line on all stacks of one environment.
import { spawn } from "node:child_process"
import { join } from "node:path"
import { buildPage } from "./build-page.ts"
import { failWith, readContextFlags } from "./context-flags.ts"

const root = join(import.meta.dirname, "..")
const [command = "", ...args] = process.argv.slice(2)
const standard: Record<string, string[]> = {
  // Asks before it widens what somebody may do; `-- --require-approval never` for a pipeline that has reviewed the diff.
  deploy: ["--all", "--require-approval", "broadening"],
  diff: ["--all"],
  destroy: ["--all"],
}

try {
  const options = standard[command]
  if (!options)
    throw new Error(`There is no command ${command || "(none)"}: it is one of ${Object.keys(standard).join(", ")}.`)
  const { envName, context, output, rest } = readContextFlags(args, { allowRest: true })
  await buildPage()
  const settings = Object.entries({ ...context, ...(envName && { env: envName }) })
  const flags = settings.flatMap(([key, value]) => ["--context", `${key}=${value}`])
  const given = new Set(rest)
  const kept = given.has("--require-approval") ? options.filter((option) => option === "--all") : options
  const cdk = spawn(
    process.execPath,
    [join(root, "node_modules/aws-cdk/bin/cdk"), command, ...kept, "--output", output, ...flags, ...rest],
    {
      cwd: root,
      stdio: "inherit",
    },
  )
  cdk.once("close", (code) => {
    process.exitCode = code ?? 1
  })
} catch (error) {
  failWith(error, "`npm run deploy -- --env prod -c key=value`, and any option of `cdk deploy`.")
}
