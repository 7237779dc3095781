// The command line of Node.js for an execution environment.
import type { FunctionDefinition } from "../definition/lambda.ts"

// V8 keeps garbage as long as its limits allow. They follow the memory of the function, so that garbage alone does not
// exceed it: the process as a whole is limited by memory-watch.ts.
const YOUNG_SPACE_SHARE = 1 / 16
const MAX_YOUNG_SPACE_MB = 16

/** The function's own NODE_OPTIONS wins. */
export function nodeFlags({ memoryMb, environment, runtime }: FunctionDefinition): string[] {
  const options = (environment.NODE_OPTIONS ?? "").replaceAll("_", "-")
  const flags = [
    ["--max-old-space-size", memoryMb],
    ["--max-semi-space-size", Math.max(1, Math.min(MAX_YOUNG_SPACE_MB, Math.floor(memoryMb * YOUNG_SPACE_SHARE)))],
  ] as const
  return [
    ...flags.filter(([name]) => !options.includes(name)).map(([name, megabytes]) => `${name}=${megabytes}`),
    // Functions run on the Node.js of the gateway, where a feature may be experimental that is not in their runtime.
    "--disable-warning=ExperimentalWarning",
    // `url.parse()`, which version 2 of the AWS SDK calls, is deprecated in Node.js 24 only.
    ...(runtime === "nodejs24.x" ? [] : ["--disable-warning=DEP0169"]),
  ]
}
