// Everything that observes a running gateway: the log, the records of transactions, metrics and the console's history.
import type { Log } from "../foundation/log.ts"
import { createEventLog } from "./event-log.ts"
import type { OnGatewayEvent } from "./gateway-event.ts"
import { createHistory, type History } from "./history.ts"
import { Metrics } from "./metrics.ts"
import { createRecorder, type Recorder } from "./recorder.ts"

export type Observer = {
  log: Log
  /** Reports an event to the listener and to the history. */
  report: OnGatewayEvent
  recorder: Recorder
  metrics: Metrics
  history: History
}

export function createObserver(now: () => number, onEvent: OnGatewayEvent = () => {}): Observer {
  const history = createHistory(now)
  const metrics = new Metrics()
  const report: OnGatewayEvent = (event) => {
    history.addEvent(event)
    onEvent(event)
  }
  return { log: createEventLog(report), report, recorder: createRecorder(report, metrics, history), metrics, history }
}
