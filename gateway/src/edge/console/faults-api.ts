// The part of the console's API about faults, the clock and replays of invocations.
import type { ActiveFault, Fault } from "../../definition/fault.ts"
import { parseJson } from "../../foundation/parse-json.ts"
import type { ConsolePorts } from "./console-ports.ts"
import type { Input } from "./request-input.ts"

export type FaultsApi = {
  reads: ReadonlyMap<string, () => object>
  /** Changes by path. Each throws an Error with a sentence for the user. */
  writes: ReadonlyMap<string, (input: Input) => object | Promise<object>>
}

export function createFaultsApi({
  faultSettings: faults,
  gatewayClock: clock,
  invoke,
  deployed,
}: Pick<ConsolePorts, "faultSettings" | "gatewayClock" | "invoke" | "deployed">): FaultsApi {
  const time = () => ({ now: clock.now(), movedMs: clock.movedMs })

  function remove(input: Input): object {
    const faultId = input.optional("faultId")
    const before = faults.list().length
    if (faultId === undefined) faults.clear()
    else if (!faults.remove(faultId)) throw new Error(`No fault "${faultId}" is set: it was removed, or is used up.`)
    return { removed: before - faults.list().length }
  }

  async function runAgain(input: Input): Promise<object> {
    const functionName = input.text("functionName")
    const { functions } = deployed().definition
    const found = functions.find((one) => one.functionName === functionName || one.logicalId === functionName)
    if (!found) throw new Error(`"${functionName}" is not a function of the deployment.`)
    const event = input.text("event")
    if (parseJson(event) === undefined) {
      throw new Error('"event" is not JSON. Long events are cut in the history, and cannot be replayed.')
    }
    return invoke(found.functionName, event)
  }

  return {
    reads: new Map<string, () => object>([
      ["/faults", () => ({ ...time(), faults: faults.list() })],
      ["/clock", time],
    ]),
    writes: new Map<string, (input: Input) => object | Promise<object>>([
      ["/faults", (input): ActiveFault => faults.add(input.fields as Fault)],
      ["/faults/remove", remove],
      [
        "/clock/advance",
        (input) => {
          clock.advance(input.number("ms"))
          return time()
        },
      ],
      ["/invocations", runAgain],
    ]),
  }
}
