import { expect, test } from "vitest"
import { ManualClock } from "../index.ts"
import { watchParent } from "./watch-parent.ts"

function watched(script: string | undefined) {
  const clock = new ManualClock()
  let parent = 100
  const watch = watchParent({ npm_lifecycle_script: script }, { clock, parentId: () => parent })
  return {
    watch,
    clock,
    endParent: () => {
      parent = 1
    },
  }
}

test.each(["apigw-local", "apigw-local --port 0"])("reports the end of the shell of npm that runs %j", (script) => {
  const { watch, clock, endParent } = watched(script)
  clock.advance(60_000)
  expect(watch.ended.aborted).toBe(false)
  endParent()
  clock.advance(1000)
  expect(watch.ended.aborted).toBe(true)
})

test.each([undefined, "apigw-local > gateway.log &"])("keeps running without the parent of script %j", (script) => {
  const { watch, clock, endParent } = watched(script)
  endParent()
  clock.advance(60_000)
  expect(watch.ended.aborted).toBe(false)
})

test("does not check after it was disposed", () => {
  const { watch, clock, endParent } = watched("apigw-local")
  watch[Symbol.dispose]()
  endParent()
  clock.advance(60_000)
  expect(watch.ended.aborted).toBe(false)
})
