// Registers contract cases: tests of what API Gateway does, each with the id of its row in docs/fidelity.
import { test } from "vitest"
import { openTarget, type Target } from "./target.ts"

let opened: Target | undefined

// One target per worker, opened by the first case that needs it, and checked after each file. In the form that Vitest 3 knows
// too, where a fixture of a file has none of a worker: it runs the cases on Node.js 20.
const targetTest = test.extend<{ target: Target; problemsOfFile: undefined }>({
  target: [
    // biome-ignore lint/correctness/noEmptyPattern: Vitest finds the dependencies of a fixture in this pattern
    async ({}, use) => {
      opened = await openTarget()
      await use(opened)
      await opened.close()
    },
    { scope: "worker" },
  ],
  problemsOfFile: [
    // biome-ignore lint/correctness/noEmptyPattern: Vitest finds the dependencies of a fixture in this pattern
    async ({}, use) => {
      await use(undefined)
      opened?.checkProblems()
    },
    { scope: "file", auto: true },
  ],
})

/** TARGET=aws, or TARGET=local for a dry run of it, runs only the cases that can run against AWS. */
const skipsLocalCases = process.env.TARGET !== undefined

/** A case that runs against the local gateway, and with TARGET=aws against the observer stack on AWS. */
export function contract(id: string, title: string, run: (target: Target) => Promise<void>): void {
  targetTest(nameOf(id, title), ({ target }) => run(target))
}

/** A case for the local gateway only. `reason` is one of the constants below. */
contract.local = (id: string, title: string, reason: string, run: () => Promise<void>): void => {
  test(nameOf(id, title), async (context) => {
    context.skip(skipsLocalCases, reason)
    await run()
  })
}

/** A case that is known to fail, and must fail: once it passes, it becomes a `contract` case. */
contract.gap = (id: string, title: string, run: (target: Target) => Promise<void>): void => {
  targetTest.fails(nameOf(id, title), ({ target }) => run(target))
}

export const movesTheClock = "moves the clock"
export const changesQuotas = "changes a quota that is fixed on AWS"
export const ownTemplate = "needs its own template"
export const redeploys = "deploys again while connections are open, which takes minutes on AWS"
export const stopsTheGateway = "stops the gateway"
export const readsTheLogs = "reads logs that CloudWatch shows minutes later"
export const needsTarget = "needs an HTTP server that AWS can reach"
export const needsPlainTcp = "writes to the bare TCP connection, which is TLS on AWS"

/** `npm run verify:aws` reads the id from the name. */
function nameOf(id: string, title: string): string {
  return `${id}: ${title}`
}
