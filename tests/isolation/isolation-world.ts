// Runs hostile programs for the tests of a file, and asserts that none of them delays its neighbours or the close.
import { afterAll, beforeAll, describe, expect, test } from "vitest"
import type { Expected, InvocationOutcome, Program } from "./program.ts"
import { type Ended, type ProgramRunner, startRunner } from "./run-programs.ts"

/** Beyond the worst round trip to a gateway without programs at the same time. */
export const MAX_DELAY_MS = 100
export const MAX_CLOSE_MS = 2000
/** A busy machine delays one of the two gateways more than the other now and then, but not each time. */
const MAX_RUNS = 6
const PROGRAMS_PER_GATEWAY = 16

type ProgramGateway = { programs: Program[]; ended?: Promise<Ended[]>; endedAgain?: Promise<Ended[]> }

type GroupedProgram = Program & { group: string }

type IsolationWorld = {
  runner: ProgramRunner
  /** The programs, those of one gateway after each other. */
  inTurn: GroupedProgram[]
  /**
   * Runs a program together with others, and again with fewer when it was late: only one that delays its neighbour does so
   * each time.
   */
  runProgram(program: GroupedProgram): Promise<Ended>
}

/** Call it at the top of a test file. The runner is started when the first test begins. */
export function useIsolation(programs: readonly GroupedProgram[]): IsolationWorld {
  const rows: string[] = []
  const gateways = shareOut(programs)
  const world: IsolationWorld = {
    runner: undefined as never,
    inTurn: gateways.flatMap((gateway) => programs.filter((program) => gateway.programs.includes(program))),
    runProgram,
  }

  beforeAll(async () => {
    world.runner = await startRunner()
  })

  afterAll(async () => {
    if (process.env.ISOLATION_TABLE && rows.length > 0) {
      const head = ["program", "ended", "neighbour", "control", "new client", "close", "runs"]
      console.log([`| ${head.join(" | ")} |`, `|${" --- |".repeat(head.length)}`, ...rows.toSorted()].join("\n"))
    }
    await world.runner?.end()
  })

  /** How the program ended in its gateway, which runs when the first of its programs is needed. */
  async function runTogether(gateway: ProgramGateway, program: Program): Promise<Ended> {
    gateway.ended ??= world.runner.runTogether(gateway.programs)
    return ofProgram(await gateway.ended, gateway.programs, program)
  }

  /** The same once more, while no other gateway runs programs. */
  async function runAgain(gateway: ProgramGateway, program: Program): Promise<Ended> {
    gateway.endedAgain ??= world.runner.runAlone(gateway.programs)
    return ofProgram(await gateway.endedAgain, gateway.programs, program)
  }

  async function runProgram(program: GroupedProgram): Promise<Ended> {
    const gateway = gateways.find((one) => one.programs.includes(program)) ?? { programs: [program] }
    let ended = await runTogether(gateway, program)
    let runs = 1
    if (isLate(ended)) {
      runs++
      ended = await runAgain(gateway, program)
    }
    for (; isLate(ended) && runs < MAX_RUNS; runs++) {
      ended = ofProgram(await world.runner.runAlone([program]), [program], program)
    }
    const { outcome, neighbourMs, controlMs, newClientMs, closeMs } = ended
    const times = [neighbourMs, controlMs, newClientMs, closeMs].map((ms) => `${ms.toFixed(0)} ms`)
    rows.push(`| ${[`${program.group}: ${program.name}`, textOf(outcome), ...times, runs].join(" | ")} |`)
    expect(neighbourMs - controlMs, "the delay of the neighbour").toBeLessThan(MAX_DELAY_MS)
    expect(closeMs, "the close of the gateway").toBeLessThan(MAX_CLOSE_MS)
    return ended
  }

  return world
}

/** Declares one test per program: how it ends, and that it delays nothing. */
export function testEndings({ inTurn, runProgram }: IsolationWorld): void {
  describe.concurrent("a handler", () => {
    test.each(inTurn.map((program) => [`${program.group}: ${program.name}`, program] as const))(
      "%s",
      async (_name, program) => {
        const { outcome } = await runProgram(program)
        const isExpected = program.ends.some((expected) => matches(expected, outcome))
        expect(isExpected, `${textOf(outcome)}, expected ${JSON.stringify(program.ends)}`).toBe(true)
      },
      180_000,
    )
  })
}

// Each gateway has programs of all kinds, so that those that only wait share it with those that keep a core busy.
function shareOut(programs: readonly GroupedProgram[]): ProgramGateway[] {
  const count = Math.ceil(programs.length / PROGRAMS_PER_GATEWAY)
  return Array.from({ length: count }, (_, at) => ({
    programs: programs.filter((_program, index) => index % count === at),
  }))
}

function ofProgram(ended: Ended[], all: Program[], program: Program): Ended {
  const one = ended[all.indexOf(program)]
  if (!one) throw new Error("The program did not run.")
  return one
}

function isLate({ neighbourMs, controlMs, closeMs }: Ended): boolean {
  return neighbourMs - controlMs > MAX_DELAY_MS || closeMs > MAX_CLOSE_MS
}

export function textOf(outcome: InvocationOutcome): string {
  if (outcome.outcome === "responded") return "responded"
  if (outcome.outcome === "failed") return outcome.log
  const message = outcome.errorMessage.replace(/^RequestId: \S+ /, "").slice(0, 60)
  return `${outcome.errorType}: ${message}`.replaceAll(/[|\n]/g, " ")
}

function matches(expected: Expected, outcome: InvocationOutcome): boolean {
  if ("responded" in expected) {
    if (outcome.outcome !== "responded") return false
    return expected.responded === "anything" || JSON.stringify(expected.responded) === outcome.payload
  }
  if (outcome.outcome !== "function-error" || outcome.errorType !== expected.errorType) return false
  return expected.message === undefined || outcome.errorMessage.includes(expected.message)
}
