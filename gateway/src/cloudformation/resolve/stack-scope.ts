// Where a value of a template is: its stack, and the resource, parameter or output that its problems are reported for.
import type { MissingValue, Subject } from "../report.ts"
import type { Stack } from "../source/stack.ts"
import type { Scope } from "./intrinsics.ts"

export type StackScope = Scope & {
  stack: Stack
  missingValue(option: MissingValue, name: string): undefined
  /** Marks the property as failed without a second report, when the failure of the value was reported before. */
  markFailed(): undefined
}

/** @param onFail is called for each problem that is reported through this scope. */
export type ScopeIn = (stack: Stack, subject: Subject, onFail?: () => void) => StackScope

/** Resolves a value of a template: a literal, or a reference. */
export type Resolve = (value: unknown, scope: StackScope) => unknown
