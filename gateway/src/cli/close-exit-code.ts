// Derives the exit code of a command from how its gateway was closed.
import { type Clock, systemClock } from "../foundation/clock.ts"
import type { GatewayEvent } from "../index.ts"

/** Time in which the command removes its temporary files when the gateway could not be closed. */
const LEAVE_AFTER_MS = 1000

/** Notes whether a close of the gateway was forced, which the gateway reports as a problem. */
export class CloseExitCode {
  readonly #clock: Clock
  #code = 0

  constructor(clock: Clock = systemClock) {
    this.#clock = clock
  }

  /** 1 when functions were killed, or something of the gateway is still open. */
  get value(): number {
    return this.#code
  }

  /** Call it with every event of the gateway. */
  note(event: GatewayEvent): void {
    if (event.event !== "problem" || !event.code.startsWith("CLOSE_")) return
    this.#code = 1
    // What is still open would keep the process running.
    if (event.code === "CLOSE_INCOMPLETE") this.#clock.after(LEAVE_AFTER_MS, () => process.exit(1))
  }
}
