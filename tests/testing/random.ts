// Random numbers that a seed repeats.

/**
 * A linear congruential generator with the constants of Numerical Recipes.
 * @returns a function that returns a number from 0 to below 1
 */
export function createRandom(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return state / 2 ** 32
  }
}
