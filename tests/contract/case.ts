// One promise of API Gateway's, as a dialogue that can be held with AWS or with the gateway on this machine.
import { describe, test } from "vitest"
import type { Target } from "./target.ts"

type About = {
  /** The row of docs/fidelity/. */
  id: string
  /** What happens, as a sentence: the test's name. */
  does: string
  /** Known not to hold here, and why. Such a case has to fail: once it passes, this line goes. */
  gap?: string
}

/** Holds on AWS as well, or that is what we would like to know. */
export type ObserverCase = About & { run(target: Target): Promise<void> }

/** Cannot be asked of AWS, or not by anybody with patience: `localOnly` says why. */
export type LocalCase = About & { localOnly: string; run(): Promise<void> }

export type Topic = { title: string; observer: ObserverCase[]; local: LocalCase[] }

/** Registers one test per case, named by its row. */
export function defineCases<Case extends About>(
  title: string,
  cases: readonly Case[],
  run: (one: Case) => Promise<void>,
) {
  if (cases.length === 0) return
  describe(title, () => {
    for (const one of cases) {
      const register = one.gap === undefined ? test : test.fails
      register(`${one.id}: ${one.does}`, () => run(one))
    }
  })
}

// --- why a case is local only ---

export const movesTheClock = "moves the clock"
export const shortensQuotas = "shortens a quota that nobody can change on AWS"
export const ownTemplate = "needs a template of its own, for one question"
export const redeploys = "deploys again while sockets are open, which takes minutes on AWS"
export const stopsTheGateway = "stops the gateway"
export const readsTheLogs = "reads what CloudWatch would show minutes later"

export function needsOwnClock({ localOnly }: LocalCase): boolean {
  return localOnly === movesTheClock || localOnly === shortensQuotas
}
