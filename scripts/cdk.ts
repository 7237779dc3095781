// `npm run deploy`, `diff` and `destroy`: CDK's command line on all stacks of one environment.
import { spawn } from "node:child_process"
import { join } from "node:path"
import { buildPage } from "./build-page.ts"
import { failWith, readContextFlags } from "./context-flags.ts"

const root = join(import.meta.dirname, "..")
// `deploy` asks before it widens what somebody may do: cdk.json's `requireApproval`.
const standard: Record<string, string[]> = { deploy: ["--all"], diff: [], destroy: ["--all"] }
const [command = "", ...args] = process.argv.slice(2)

try {
  const options = standard[command]
  if (!options) throw new Error(`There is no command "${command}": it is one of ${Object.keys(standard).join(", ")}.`)
  const { envName, context, output, rest } = readContextFlags(args, { allowRest: true })
  await buildPage()
  const settings = Object.entries({ ...context, ...(envName && { env: envName }) })
  const flags = settings.flatMap(([key, value]) => ["--context", `${key}=${value}`])
  const cli = join(root, "node_modules", "aws-cdk", "bin", "cdk")
  const cdk = spawn(process.execPath, [cli, command, ...options, "--output", output, ...flags, ...rest], {
    cwd: root,
    stdio: "inherit",
  })
  cdk.once("close", (code) => {
    process.exitCode = code ?? 1
  })
} catch (error) {
  failWith(error, "`npm run deploy -- --env prod -c key=value`, and any option of `cdk deploy`.")
}
