// Numbers pairs of integers in the order in which they are met first. A Map has keys of one value, and takes several times
// as long for those that are no small integers.

const initialSlots = 1_024
// Knuth's multiplicative hashing, with two odd constants of 32 bits.
const firstFactor = 0x9e3779b1
const secondFactor = 0x85ebca6b

export class PairNumbers {
  readonly #first: number[] = []
  readonly #second: number[] = []
  /** By hash: the number of a pair plus one, or zero. A power of two that is never more than half full. */
  #slots = new Int32Array(initialSlots)

  /** @returns the same number for the same pair, from 0 */
  numberOf(first: number, second: number): number {
    let slot = this.#slotOf(first, second)
    for (let found = this.#slots[slot]; found; found = this.#slots[slot]) {
      if (this.#first[found - 1] === first && this.#second[found - 1] === second) return found - 1
      slot = (slot + 1) & (this.#slots.length - 1)
    }
    this.#first.push(first)
    this.#second.push(second)
    const count = this.#first.length
    this.#slots[slot] = count
    if (count * 2 > this.#slots.length) this.#grow()
    return count - 1
  }

  #slotOf(first: number, second: number): number {
    const hash = Math.imul(first, firstFactor) ^ Math.imul(second, secondFactor)
    return (hash ^ (hash >>> 15)) & (this.#slots.length - 1)
  }

  #grow(): void {
    this.#slots = new Int32Array(this.#slots.length * 2)
    for (let index = 0; index < this.#first.length; index += 1) {
      let slot = this.#slotOf(this.#first[index] ?? 0, this.#second[index] ?? 0)
      while (this.#slots[slot]) slot = (slot + 1) & (this.#slots.length - 1)
      this.#slots[slot] = index + 1
    }
  }
}
