// Runs programs in a gateway, next to a neighbour, and beside a gateway without programs as a control.
import { type Child, startChild } from "./child.ts"
import type { Closed, Opened, OpenOptions } from "./gateway-host.ts"
import { now } from "./latency.ts"
import { type InvocationOutcome, type Program, routeOf } from "./program.ts"
import { Turns } from "./turns.ts"

export type Ended = {
  outcome: InvocationOutcome
  /** The worst round trip of the neighbour while the program ran. */
  neighbourMs: number
  /**
   * The same of the neighbour of a gateway without programs, in another process, since three seconds earlier: what the
   * machine itself delays.
   */
  controlMs: number
  /** How long a new client needed afterwards, for a handshake and a message. */
  newClientMs: number
  /** How long the close of the program's gateway took. */
  closeMs: number
}

export type ProgramRunner = {
  host: Child
  clients: Child
  /** Runs the programs in one gateway, together with those of other calls. */
  runTogether(programs: Program[]): Promise<Ended[]>
  /** The same while no others run. */
  runAlone(programs: Program[]): Promise<Ended[]>
  end(): Promise<void>
}

/** In one gateway: each start of a process takes milliseconds of its thread. */
const PROGRAMS_AT_ONCE = 4
/** A busy machine does not delay both neighbours at the same instant. */
const CONTROL_BEFORE_MS = 3000

export async function startRunner(): Promise<ProgramRunner> {
  const host = startChild("gateway-host.ts")
  const controlHost = startChild("gateway-host.ts")
  const clients = startChild("clients.ts")
  const control = await controlHost.ask<Opened>("open", { programs: [] } satisfies OpenOptions)
  await clients.ask("measure", control.url)
  const turns = new Turns()

  async function runOne({ id, url }: Opened, index: number): Promise<Omit<Ended, "closeMs">> {
    const action = routeOf(index)
    const since = now()
    await clients.ask("invoke", { url, action })
    const outcome = await host.ask<InvocationOutcome>("outcome", { id, index })
    const newClientMs = await clients.ask<number>("connectAnew", url)
    const [neighbourMs, controlMs] = await Promise.all([
      clients.ask<number>("worst", { url, since }),
      clients.ask<number>("worst", { url: control.url, since: since - CONTROL_BEFORE_MS }),
    ])
    await clients.ask("leave", { url, action })
    return { outcome, neighbourMs, controlMs, newClientMs }
  }

  async function run(programs: Program[]): Promise<Ended[]> {
    const opened = await host.ask<Opened>("open", { programs } satisfies OpenOptions)
    await clients.ask("measure", opened.url)
    const ended: Omit<Ended, "closeMs">[] = []
    const indexes = programs.keys()
    const runNext = async () => {
      for (const index of indexes) ended[index] = await runOne(opened, index)
    }
    await Promise.all(Array.from({ length: PROGRAMS_AT_ONCE }, runNext))
    await clients.ask("stop", opened.url)
    const { closeMs } = await host.ask<Closed>("close", opened.id)
    return ended.map((one) => ({ ...one, closeMs }))
  }

  return {
    host,
    clients,
    runTogether: (programs) => turns.shared(() => run(programs)),
    runAlone: (programs) => turns.alone(() => run(programs)),
    async end() {
      await clients.end()
      await Promise.all([host.end(), controlHost.end()])
    },
  }
}
