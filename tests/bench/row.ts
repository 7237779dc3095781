// A row of the performance table: a measurement of the gateway and of its floor in the same run.

export type BenchOptions = {
  /** Shorter and smaller, for a first impression. */
  quick: boolean
  /** How long the mixed load lasts; a minute unless given. */
  minutes?: number
}

/** The result of a row. `floor` and `ours` are medians, in `unit`. */
export type Measured = {
  name: string
  /** Distinguishes rows of the same name. */
  variant?: string
  unit: string
  floor: number
  ours: number
  /** `ours / floor` */
  ratio: number
  /** The lower bound of `goalOf`, or its upper bound with `atMost`. */
  goal: number
  goalOf: "ratio" | "ours"
  atMost?: true
  met: boolean
  /** More about the result, in a few words. */
  note?: string
}

export type Goal = Pick<Measured, "goal" | "goalOf" | "atMost">

/** @param alsoMet a further condition */
export function judge(
  about: Pick<Measured, "name" | "variant" | "unit" | "note">,
  { floor, ours }: { floor: number; ours: number },
  goal: Goal,
  alsoMet = true,
): Measured {
  const ratio = ours / floor
  const reached = goal.goalOf === "ratio" ? ratio : ours
  const met = alsoMet && (goal.atMost ? reached <= goal.goal : reached >= goal.goal)
  return { ...about, floor, ours, ratio, ...goal, met }
}
