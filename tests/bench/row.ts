// A row of the performance table: something of ours, measured beside a floor in the same run.

export type BenchOptions = {
  /** Shorter and smaller, for a first impression. */
  quick: boolean
}

/** What one row came to. `floor` and `ours` are medians, in `unit`. */
export type Measured = {
  name: string
  /** Tells apart rows of one name. */
  variant?: string
  unit: string
  floor: number
  ours: number
  /** `ours / floor` */
  ratio: number
  /** What `goalOf` has to reach, or with `atMost` may reach. */
  goal: number
  goalOf: "ratio" | "ours"
  atMost?: true
  met: boolean
  /** What else is worth knowing, in a few words. */
  note?: string
}

export type Goal = Pick<Measured, "goal" | "goalOf" | "atMost">

/** @param alsoMet a condition beside the number */
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
