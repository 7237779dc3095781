// The parts of the Amazon States Language that several files read.
import type { Retrier } from "./retry.ts"

export type Machine = { StartAt: string; States: Record<string, State>; QueryLanguage?: string }

export type Catcher = {
  ErrorEquals: string[]
  Next: string
  ResultPath?: string | null
  Output?: unknown
  Assign?: unknown
}

/** The fields that are read here by name; the others by type. */
export type State = {
  Type: string
  Next?: string
  QueryLanguage?: string
  Retry?: Retrier[]
  Catch?: Catcher[]
  InputPath?: string | null
  OutputPath?: string | null
  ResultPath?: string | null
  [field: string]: unknown
}
