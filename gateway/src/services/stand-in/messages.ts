// The messages between the gateway and the process of a stand-in.
import type { GatewayErrorCode } from "../../foundation/errors.ts"

export type StandInName = "dynamodb" | "s3-sqs"

/** The only argument of the process, as JSON. */
export type StandInSettings = {
  name: StandInName
  /** The private socket to listen on. */
  socketPath: string
  region: string
  /** Keeps the data between runs; in memory if it is not given. */
  folder?: string | undefined
}

export type ToStandIn = { type: "ping" } | { type: "close" }

export type FromStandIn =
  /** It accepts connections. */
  | { type: "ready" }
  /** It cannot start; the process ends. A code: a mistake of the user. */
  | { type: "failed"; message: string; code?: GatewayErrorCode; hint?: string }
  /** An error outside of a request; the process ends. */
  | { type: "crashed"; message: string }
  | { type: "pong" }
