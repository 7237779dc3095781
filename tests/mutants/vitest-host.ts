// One Vitest that stays open in a process of its own and runs the test files of each request.
// A mutant can loop forever: only the end of the process stops it.
import { createVitest, type TestSpecification } from "vitest/node"
import type { HostRequest, HostResponse, TestFile, TestRunResult } from "./test-host.ts"

const root = process.argv[2] ?? process.cwd()
const vitest = await createVitest({
  root,
  watch: false,
  silent: true,
  bail: 1,
  maxWorkers: 1,
  fileParallelism: false,
  reporters: [{ onTestModuleEnd: ({ moduleId }) => send({ kind: "ended", file: moduleId }) }],
})
const specifications = new Map<string, TestSpecification>()
for (const specification of await vitest.globTestSpecifications()) {
  specifications.set(`${specification.project.name} ${specification.moduleId}`, specification)
}

process.on("message", async (request: HostRequest) => {
  for (const file of request.changed) vitest.invalidateFile(file)
  send({ kind: "result", result: await runTestFiles(request.tests) })
})
// Without its parent the process has no more requests to expect.
process.on("disconnect", () => process.exit())

const tests = [...specifications.values()].map(({ project, moduleId }) => ({ project: project.name, path: moduleId }))
send({ kind: "ready", tests })

async function runTestFiles(files: TestFile[]): Promise<TestRunResult> {
  const chosen = files.map(({ project, path }) => specifications.get(`${project} ${path}`))
  const missing = files.find((_, index) => !chosen[index])
  if (missing) return { passed: false, milliseconds: 0, file: missing.path, failure: "it is not a test file" }
  // `bail` counts the failures of every file that has run, in earlier runs as well.
  vitest.state.filesMap.clear()
  const startedAt = performance.now()
  const { testModules, unhandledErrors } = await vitest.runTestSpecifications(chosen.filter((one) => one !== undefined))
  const milliseconds = Math.round(performance.now() - startedAt)
  for (const module of testModules) {
    const file = module.moduleId
    for (const test of module.children.allTests("failed")) {
      const message = test.result().errors?.[0]?.message ?? ""
      return { passed: false, milliseconds, file, failure: test.fullName, message }
    }
    const [error] = module.errors()
    if (module.state() === "failed" || error) {
      return { passed: false, milliseconds, file, failure: error?.message ?? "the file failed" }
    }
  }
  const [unhandled] = unhandledErrors
  if (unhandled) return { passed: false, milliseconds, failure: String((unhandled as Error).message ?? unhandled) }
  return { passed: true, milliseconds }
}

function send(response: HostResponse): void {
  process.send?.(response)
}
