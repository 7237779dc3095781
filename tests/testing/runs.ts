// How much random, repeated or large input a test has: a part of it in `npm test`, all of it in `npm run test:all`.

/** scripts/test.ts sets it. */
export const runsAll = process.env.TEST_RUNS === "all"

/** @returns the number of runs, a third of `all` in `npm test` */
export function runs(all: number): number {
  return runsAll ? all : Math.ceil(all / 3)
}
