// Guesses the variables that hold the constructs of a CDK app, for the lines of code that are suggested.
import type { Origin } from "../definition/origin.ts"

const generated = new Set(["Resource", "Default", "ServiceRole"])

/** `webSocketApi` for `stack/WebSocketApi/Resource` */
export function nameOf(origin: Origin | undefined): string | undefined {
  const [, ...path] = origin?.constructPath?.split("/") ?? []
  const name = path.findLast((part) => !generated.has(part))?.replaceAll(/\W/g, "")
  return name ? name.charAt(0).toLowerCase() + name.slice(1) : undefined
}

/** The variable of an L2 construct, which has grant methods; undefined for an L1 construct. */
export function constructOf(origin: Origin | undefined): string | undefined {
  return origin?.constructPath?.endsWith("/Resource") ? nameOf(origin) : undefined
}
