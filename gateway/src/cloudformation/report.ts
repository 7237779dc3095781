// Collects what is wrong with a template and what of it is not served, so that a person sees all of it at once.

import type { Notice } from "../definition/definition.ts"
import { GatewayError } from "../foundation/errors.ts"

export type Place = { logicalId: string; type: string }

export type Report = {
  /** Something that CloudFormation or API Gateway would refuse. Returns `undefined` so that a value can be left out in one step. */
  problem(place: Place, message: string): undefined
  /** Something that is asked for and not done here. */
  notice(place: Place, message: string): undefined
  readonly notices: readonly Notice[]
  /** @throws GatewayError TEMPLATE_INVALID with every problem, by logical id. */
  throwProblems(): void
}

export function createReport(): Report {
  const problems = new Map<string, string>()
  const notices = new Map<string, Notice>()
  return {
    problem({ logicalId }, message) {
      problems.set(`${logicalId}\n${message}`, `${logicalId}: ${message}`)
    },
    notice({ logicalId, type }, message) {
      notices.set(`${logicalId}\n${message}`, { logicalId, type, message })
    },
    get notices() {
      return [...notices.values()]
    },
    throwProblems() {
      if (problems.size === 0) return
      const lines = [...problems.values()]
      const message = lines.length === 1 ? lines[0] : `${lines.length} problems:\n  ${lines.join("\n  ")}`
      throw new GatewayError("TEMPLATE_INVALID", `The template would not deploy. ${message}`, {
        hint: "Correct the resources named above and start again.",
      })
    },
  }
}
