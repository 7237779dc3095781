// The effects of faults as the form shows them: their groups and the fields that each has.

export type FaultField = "on" | "code" | "delayMs" | "errorMessage" | "connectionId" | "routeKey" | "functionName"

export type Effect = { effect: string; label: string; group: string; fields: readonly FaultField[] }

const frame: readonly FaultField[] = ["connectionId", "routeKey"]
const invocation: readonly FaultField[] = ["functionName", "routeKey", "connectionId"]

export const effects: readonly Effect[] = [
  { effect: "drop", label: "Drop the connection without a close frame", group: "Connection", fields: ["on", ...frame] },
  { effect: "close", label: "Close the connection with a code", group: "Connection", fields: ["code", "on", ...frame] },
  { effect: "delay", label: "Delay messages or frames", group: "Connection", fields: ["delayMs", "on", ...frame] },
  { effect: "duplicate", label: "Send each frame twice", group: "Connection", fields: frame },
  { effect: "skip-disconnect", label: "$disconnect does not run", group: "Connection", fields: ["connectionId"] },
  { effect: "gone", label: "@connections responds with 410", group: "@connections", fields: ["connectionId"] },
  {
    effect: "limit-exceeded",
    label: "@connections responds with 429",
    group: "@connections",
    fields: ["connectionId"],
  },
  { effect: "function-error", label: "The function fails", group: "Function", fields: ["errorMessage", ...invocation] },
  {
    effect: "function-delay",
    label: "The function starts later",
    group: "Function",
    fields: ["delayMs", ...invocation],
  },
  { effect: "function-cold-start", label: "The function starts cold", group: "Function", fields: invocation },
  { effect: "function-throttle", label: "The function is throttled", group: "Function", fields: invocation },
]

export type FaultInput = Record<FaultField | "effect" | "percent" | "count" | "minutes", string>

export const emptyFault: FaultInput = {
  effect: "drop",
  on: "message",
  code: "1001",
  delayMs: "1000",
  errorMessage: "",
  connectionId: "",
  routeKey: "",
  functionName: "",
  percent: "",
  count: "",
  minutes: "",
}

/** The fault as the gateway's API takes it: with the fields of its effect that are filled in. */
export function faultOf(input: FaultInput): Record<string, string | number> {
  const { effect, on, percent, count, minutes } = input
  const fields = effects.find((one) => one.effect === effect)?.fields ?? []
  const texts = (["on", "errorMessage", "connectionId", "routeKey", "functionName"] as const)
    .filter((name) => fields.includes(name) && input[name] !== "")
    .filter((name) => name !== "routeKey" || on !== "now")
    .map((name) => [name, input[name]] as const)
  const numbers = (["code", "delayMs"] as const)
    .filter((name) => fields.includes(name))
    .map((name) => [name, Number(input[name])] as const)
  const isKept = !(fields.includes("on") && on === "now")
  return {
    effect,
    ...Object.fromEntries([...texts, ...numbers]),
    ...(percent !== "" && { probability: Number(percent) / 100 }),
    ...(count !== "" && isKept && { count: Number(count) }),
    ...(minutes !== "" && isKept && { expiresAfterMs: Number(minutes) * 60_000 }),
  }
}
