// Runs what the console copies of requests to tables and queues. console-views.test.ts runs the other copies.
import { expect, test } from "vitest"
import { copyTestsOfData, withData } from "../testing/console-data.ts"
import { useConsoleWorld } from "../testing/console-world.ts"
import { runCopiedTests } from "../testing/run-copied-tests.ts"

const world = useConsoleWorld(withData)

test("the Vitest tests of requests to tables and queues pass", async () => {
  await world.openConsole()
  const socket = await world.connect()
  socket.send({ action: "save", id: "copied" })
  expect(await socket.nextJson()).toEqual({ status: "saved" })
  const { stdout, status } = runCopiedTests(await copyTestsOfData(world), world.source)
  expect(stdout).toContain("2 passed")
  expect(status).toBe(0)
})
