// One Vitest that stays open in a process of its own and runs one test file per request.
// A mutant can loop forever: only the end of the process stops it.
// biome-ignore lint/suspicious/noDeprecatedImports: one of the overloads is deprecated, another is called here.
import { createVitest, type TestSpecification } from "vitest/node"
import type { HostRequest, HostResponse, TestFileResult } from "./test-host.ts"

const root = process.argv[2] ?? process.cwd()
const vitest = await createVitest({
  root,
  watch: false,
  silent: true,
  bail: 1,
  maxWorkers: 1,
  fileParallelism: false,
  reporters: [{}],
})
const specifications = new Map<string, TestSpecification>()
for (const specification of await vitest.globTestSpecifications()) {
  specifications.set(`${specification.project.name} ${specification.moduleId}`, specification)
}

process.on("message", async (request: HostRequest) => {
  for (const file of request.changed) vitest.invalidateFile(file)
  send({ kind: "result", result: await runTestFile(request.test) })
})
// Without its parent the process has no more requests to expect.
process.on("disconnect", () => process.exit())

const tests = [...specifications.values()].map(({ project, moduleId }) => ({ project: project.name, path: moduleId }))
send({ kind: "ready", tests })

async function runTestFile({ project, path }: { project: string; path: string }): Promise<TestFileResult> {
  const specification = specifications.get(`${project} ${path}`)
  if (!specification) return { passed: false, milliseconds: 0, failure: `${path} is not a test file` }
  // `bail` counts the failures of every file that has run, in earlier runs as well.
  vitest.state.filesMap.clear()
  const startedAt = performance.now()
  const { testModules, unhandledErrors } = await vitest.runTestSpecifications([specification])
  const milliseconds = Math.round(performance.now() - startedAt)
  for (const module of testModules) {
    for (const test of module.children.allTests("failed")) {
      return { passed: false, milliseconds, failure: test.fullName, message: test.result().errors?.[0]?.message ?? "" }
    }
    const [error] = module.errors()
    if (!module.ok() || error) return { passed: false, milliseconds, failure: error?.message ?? "the file failed" }
  }
  const [unhandled] = unhandledErrors
  if (unhandled) return { passed: false, milliseconds, failure: String((unhandled as Error).message ?? unhandled) }
  return { passed: true, milliseconds }
}

function send(response: HostResponse): void {
  process.send?.(response)
}
