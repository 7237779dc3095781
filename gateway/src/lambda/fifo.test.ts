// A queue, compared with the plain array it replaces.
import fc from "fast-check"
import { expect, test } from "vitest"
import { Fifo } from "./fifo.ts"

test("behaves as an array does for any sequence of pushes and shifts", () => {
  const step = fc.oneof(fc.integer(), fc.constant("shift" as const))
  fc.assert(
    fc.property(fc.array(step, { maxLength: 400 }), (steps) => {
      const [fifo, array] = [new Fifo<number>(), [] as number[]]
      for (const one of steps) {
        if (one === "shift") expect(fifo.shift()).toBe(array.shift())
        else {
          fifo.push(one)
          array.push(one)
        }
        expect([fifo.length, fifo.first]).toEqual([array.length, array[0]])
      }
    }),
  )
})
