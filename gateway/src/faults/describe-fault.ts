// Describes faults in sentences, for the console, the terminal and the history.
import type { Fault } from "../definition/fault.ts"

/** What a fault does, to what, and how often. */
export function describeFault(fault: Fault): string {
  const { connectionId, routeKey, functionName, probability, count } = fault
  const targets = [
    connectionId !== undefined && `connection ${connectionId}`,
    routeKey !== undefined && `route ${routeKey}`,
    functionName !== undefined && `function ${functionName}`,
  ].filter((target) => target !== false)
  const limits = [
    probability !== undefined && `${Math.round(probability * 1000) / 10} % of the time`,
    count !== undefined && (count === 1 ? "once" : `${count} times`),
  ].filter((limit) => limit !== false)
  const suffix = limits.length === 0 ? "" : `, ${limits.join(", ")}`
  return `${effectOf(fault)}: ${targets.length === 0 ? "everything" : targets.join(", ")}${suffix}`
}

function effectOf(fault: Fault): string {
  switch (fault.effect) {
    case "drop":
      return `Drop without a close frame${momentOf(fault.on)}`
    case "close":
      return `Close with ${fault.code}${momentOf(fault.on)}`
    case "delay":
      return `Delay each ${fault.on === "push" ? "frame to the client" : "message"} by ${fault.delayMs} ms`
    case "duplicate":
      return "Send each frame twice"
    case "gone":
      return "@connections responds with 410"
    case "limit-exceeded":
      return "@connections responds with 429"
    case "function-error":
      return "The function fails"
    case "function-delay":
      return `The function starts ${fault.delayMs} ms later`
    case "function-cold-start":
      return "Cold start"
    case "function-throttle":
      return "The function is throttled"
    case "skip-disconnect":
      return "$disconnect does not run"
  }
}

function momentOf(on: "message" | "push" | "now" | undefined): string {
  if (on === "now") return " now"
  return on === "push" ? " instead of sending a frame" : " when a message arrives"
}

/** What a fault did. */
export function describeInjection(fault: Fault): string {
  switch (fault.effect) {
    case "drop":
      return "The connection was dropped without a close frame."
    case "close":
      return `The connection was closed with ${fault.code}.`
    case "delay":
      return `The ${fault.on === "push" ? "frame to the client" : "message"} was delayed by ${fault.delayMs} ms.`
    case "duplicate":
      return "The frame was sent twice."
    case "gone":
      return "@connections responded with 410."
    case "limit-exceeded":
      return "@connections responded with 429."
    case "function-error":
      return "The function failed and did not run."
    case "function-delay":
      return `The invocation was delayed by ${fault.delayMs} ms.`
    case "function-cold-start":
      return "The invocation ran in a new execution environment."
    case "function-throttle":
      return "The invocation was throttled and did not run."
    case "skip-disconnect":
      return "$disconnect did not run."
  }
}
