// Faults, the clock and replays in the console, in Chromium. One gateway and one page for all tests.
import { afterEach, expect, test } from "vitest"
import { problemsInBothThemes } from "../testing/accessibility.ts"
import { useConsoleWorld } from "../testing/console-world.ts"

const world = useConsoleWorld()

afterEach(() => world.gateway.faults.clear())

const faults = "#/faults"

test("a fault of a route is set, counted, marked in the timeline, and gone when it is used up", async () => {
  const { page, detail, row } = await world.openConsole(faults)
  const socket = await world.connect()
  await page.getByLabel("What happens").selectOption("function-error")
  await page.getByLabel("Error message").fill("the table is on fire")
  await page.getByLabel("Route").selectOption("ping")
  await page.getByLabel("Times, then removed").fill("1")
  await page.getByRole("button", { name: "Set fault" }).click()
  await page.getByText("The function fails: route ping, once").waitFor()
  await page.getByRole("link", { name: "1 fault is set" }).waitFor()
  socket.send({ action: "ping", mark: "on fire" })
  expect(await socket.nextJson()).toMatchObject({ message: "Internal server error" })
  await page.getByRole("heading", { name: "No fault is set" }).waitFor()
  await page.getByRole("link", { name: "Timeline" }).click()
  await row(/injected.*on fire/)
    .last()
    .click()
  await detail.getByText(/Injected by fault-\d+: The function failed and did not run\./).waitFor()
  await detail.getByText("customer function error: the table is on fire").waitFor()
})

test("a fault can be removed before it happens", async () => {
  const { page } = await world.openConsole(faults)
  world.gateway.faults.add({ effect: "drop", routeKey: "ping" })
  world.gateway.faults.add({ effect: "duplicate" })
  await page
    .getByRole("button", { name: /Remove fault-\d+/ })
    .first()
    .click()
  await page.getByRole("heading", { name: "1 fault is set" }).waitFor()
  expect(world.gateway.faults.list()).toMatchObject([{ effect: "duplicate" }])
  world.gateway.faults.add({ effect: "gone" })
  await page.getByRole("button", { name: "Remove all" }).click()
  await page.getByRole("heading", { name: "No fault is set" }).waitFor()
  expect(world.gateway.faults.list()).toEqual([])
})

test("every open connection can be dropped at once, and their disconnects are marked", async () => {
  const { page, row } = await world.openConsole(faults)
  const sockets = [await world.connect(), await world.connect()]
  await page.getByLabel("When").selectOption("now")
  await page.getByRole("button", { name: "Inject now" }).click()
  await page.getByText(/^\d+ connections ended\.$/).waitFor()
  expect(await Promise.all(sockets.map(({ closed }) => closed))).toMatchObject([{ code: 1006 }, { code: 1006 }])
  await page.getByRole("link", { name: "Timeline" }).click()
  await row(/\$disconnect.*injected/)
    .last()
    .waitFor()
})

test("one connection can be dropped where it is shown", async () => {
  const { page, detail } = await world.openConsole("#/connections")
  const socket = await world.connect()
  await page.getByRole("row").nth(1).getByRole("link").click()
  await detail.getByRole("button", { name: "Drop" }).click()
  expect((await socket.closed).code).toBe(1006)
  await detail.getByText("closed").first().waitFor()
  await detail.getByText("dropped without a close frame").waitFor()
})

test("a mistake in a fault is a sentence", async () => {
  const { page } = await world.openConsole(faults)
  await page.getByLabel("What happens").selectOption("delay")
  await page.getByLabel("Delay in milliseconds").fill("")
  await page.getByRole("button", { name: "Set fault" }).click()
  await page.getByRole("alert").getByText('"delayMs" is 0. Give a number from 1 to').waitFor()
})

test("the clock moves forward by ten minutes, and closes idle connections", async () => {
  const { page, row } = await world.openConsole(faults)
  const socket = await world.connect()
  await page.getByRole("button", { name: "Forward 10 minutes" }).click()
  expect(await socket.closed).toEqual({ code: 1001, reason: "Going away" })
  await page.getByText(/ahead of this machine/).waitFor()
  await page.getByText(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/).waitFor()
  await page.getByRole("link", { name: /^clock \+/ }).waitFor()
  await page.getByRole("link", { name: "Timeline" }).click()
  await row(/clock.*moved forward by 10 min 0 s/)
    .last()
    .waitFor()
  await row(/\$disconnect.*Going away/)
    .last()
    .waitFor()
})

test("the clock moves forward by two hours, and ends the lifetime of a connection", async () => {
  const { page } = await world.openConsole(faults)
  const socket = await world.connect()
  await page.getByRole("button", { name: "Forward 1 minute" }).click()
  await socket.ping()
  await page.getByRole("button", { name: "Forward 2 hours" }).click()
  expect(await socket.closed).toEqual({ code: 1001, reason: "Going away" })
})

test("a recorded invocation can be replayed, and leads to its log", async () => {
  const { row, detail } = await world.openConsole()
  const socket = await world.connect()
  socket.send({ action: "ping", mark: "run me again" })
  await socket.next()
  await row(/run me again/)
    .last()
    .click()
  await detail.getByRole("button", { name: "Replay invocation" }).click()
  await detail.getByRole("status").getByText('"{\\"status\\":\\"pong\\"}"').waitFor()
  await detail.getByRole("link", { name: "responded" }).click()
  await detail.getByRole("heading", { name: "invocation" }).waitFor()
  await detail.locator(".output", { hasText: "REPORT" }).waitFor()
})

test("a recorded connection can be replayed with its query, its subprotocol and its frames in order", async () => {
  const { page, detail } = await world.openConsole("#/connections")
  const socket = await world.connect("?user=ada")
  for (const text of ["first", "second"]) {
    socket.send({ action: "push", text })
    await socket.next()
    await socket.next()
  }
  await page.getByRole("row").nth(1).getByRole("link").click()
  await detail.getByText('{"pushed":"second"}').waitFor()
  await socket.close()
  await detail.getByText("closed").first().waitFor()
  await detail.getByRole("button", { name: "Replay with its timing" }).click()
  const conversation = page.getByRole("region", { name: "Conversation" })
  const sent = conversation.locator("li.client code")
  const frames = ['{"action":"push","text":"first"}', '{"action":"push","text":"second"}']
  // Until the composer is there, the conversation is that of the recorded connection.
  await page.getByLabel("Query string").waitFor()
  await expect.poll(() => sent.allInnerTexts(), { timeout: 10_000 }).toEqual(frames)
  await conversation.getByText('{"pushed":"second"}').waitFor()
  expect(await page.getByLabel("Query string").inputValue()).toBe("user=ada")
  // A second time, without a pause between its frames.
  await page.goBack()
  await detail.getByRole("button", { name: "Replay at once" }).click()
  await page.getByRole("button", { name: /^Client 2/, pressed: true }).waitFor()
  await expect.poll(() => sent.allInnerTexts(), { timeout: 10_000 }).toEqual(frames)
  await conversation.getByText('{"pushed":"second"}').waitFor()
})

test("the view is accessible in both themes, and free of complaints", async () => {
  const { page, complaints } = await world.openConsole(faults)
  world.gateway.faults.add({ effect: "delay", delayMs: 250, on: "push", probability: 0.2, expiresAfterMs: 300_000 })
  await page.getByText("20 % of the time").waitFor()
  expect(await problemsInBothThemes(page)).toEqual([])
  expect(complaints).toEqual([])
})
