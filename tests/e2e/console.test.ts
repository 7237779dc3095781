// The console in Chromium: the timeline, from an event to its cause. One gateway and one page for all tests.
import { expect, test } from "vitest"
import { problemsInBothThemes } from "../testing/accessibility.ts"
import { useConsoleWorld } from "../testing/console-world.ts"

const world = useConsoleWorld()

test("shows every event live, with its route, function, duration and status", async () => {
  const { page, row, list, complaints } = await world.openConsole()
  const socket = await world.connect()
  socket.send({ action: "ping", mark: "live" })
  await socket.next()
  await row(/"mark":"live"/).waitFor()
  expect(await row(/"mark":"live"/).innerText()).toMatch(
    /^[\d:.]+\s+→?\s*ping\s+\{"action":"ping","mark":"live"\}\s+FunctionPing\s+\d+ ms\s+200$/,
  )
  await row(/\$connect/)
    .last()
    .waitFor()
  await page.getByText("1 connection").waitFor()
  await socket.close()
  await row(/\$disconnect/)
    .last()
    .waitFor()
  await page.getByText("0 connections").waitFor()
  expect(await list.getByRole("option").count()).toBeGreaterThan(2)
  expect(complaints).toEqual([])
})

test("a handler that throws: one click leads to the line of the function", async () => {
  const { row, detail } = await world.openConsole()
  const socket = await world.connect()
  socket.send({ action: "total", mark: "throws" })
  expect(await socket.nextJson()).toMatchObject({ message: "Internal server error" })
  await row(/throws/).click()
  await detail.getByText("Cannot read properties of undefined").first().waitFor()
  await detail
    .getByText(/at total \(.*index\.mjs:1:\d+\)/)
    .first()
    .waitFor()
  await detail.getByText('"message": "Internal server error"').waitFor()
})

test("a missing permission: one click leads to the explanation and the fix", async () => {
  const { page, row, detail } = await world.openConsole()
  const socket = await world.connect()
  socket.send({ action: "forgotten", mark: "denied" })
  await socket.next()
  await row(/denied.*500/).click()
  const denial = detail.getByRole("region", { name: "Denial" })
  await denial.getByText("FunctionForgotten has no permission at all").waitFor()
  await denial.getByText("Add to the Resources:").waitFor()
  await denial.getByText('"Type": "AWS::Lambda::Permission"').waitFor()
  await denial.getByRole("button", { name: "Copy" }).click()
  await denial.getByRole("button", { name: "Copied" }).waitFor()
  const copied = await page.evaluate<string>("navigator.clipboard.readText()")
  expect(JSON.parse(copied)).toMatchObject({ Type: "AWS::Lambda::Permission" })
})

test("an integration timeout: one click leads to the function that runs longer, with its memory", async () => {
  const { row, detail } = await world.openConsole()
  const socket = await world.connect()
  socket.send({ action: "slow", mark: "times out" })
  expect(await socket.nextJson()).toMatchObject({ message: "Endpoint request timed out" })
  await row(/times out.*504/).click()
  await detail.getByText("Execution failed due to a timeout error").waitFor()
  await detail.getByText("Task timed out after 1.00 seconds").first().waitFor()
  await detail.getByText(/Max Memory Used: [1-9]\d* MB/).waitFor()
})

test("a message without a route names the key and the routes of the stage", async () => {
  const { row, detail } = await world.openConsole()
  const socket = await world.connect()
  socket.send({ action: "shout" })
  await socket.next()
  await row(/no route for "shout"/).click()
  await detail.getByText("$connect, $disconnect, ping, push, measure, total, slow, forgotten").waitFor()
})

test("a push shows its payload and links to the run that sent it, and back", async () => {
  const { page, row, detail } = await world.openConsole()
  const socket = await world.connect()
  socket.send({ action: "push", text: "linked" })
  await socket.next()
  await socket.next()
  await row(/\{"pushed":"linked"\}/).click()
  await detail.getByText('"pushed": "linked"').waitFor()
  await detail.getByText(/assumed-role\/.*Role/).waitFor()
  await detail.getByRole("link", { name: "push", exact: true }).click()
  await detail.getByText('"text": "linked"').waitFor()
  await detail.getByRole("link", { name: "@connections POST" }).click()
  await detail.getByText('"pushed": "linked"').waitFor()
  expect(new URL(page.url()).hash).toMatch(/^#\/timeline\/.{16,}/)
})

test("the trace of a message is a waterfall from its frame to its response", async () => {
  const { row, detail } = await world.openConsole()
  const socket = await world.connect()
  socket.send({ action: "push", text: "waterfall" })
  await socket.next()
  await socket.next()
  await row(/"action":"push","text":"waterfall"/).click()
  const trace = detail.getByRole("region", { name: "Trace" })
  await trace.getByText("frame out").waitFor()
  const steps = await trace.getByRole("listitem").allInnerTexts()
  const names = steps.map((text) => text.split("\n")[0]?.trim())
  expect(names.filter((name) => name !== "cold start" && name !== "wait")).toEqual([
    "frame in",
    "route",
    "permission",
    "FunctionPush",
    "@connections POST",
    "frame out",
  ])
})

test("a cold start is shown with its time, once per environment", async () => {
  // The history has the first invocation.
  const { page, list, detail } = await world.openConsole("#/timeline", { reload: true })
  await page.getByLabel("Function").selectOption("FunctionConnect")
  const first = list.getByRole("option").first()
  await first.waitFor()
  await list.press("Home")
  await detail.getByText("cold start").first().waitFor()
  await detail.getByText(/\d+ ms of it init/).waitFor()
})

test("an HTTP request shows its method, path, status and body, and a run with JSON logs ends", async () => {
  const { row, detail } = await world.openConsole()
  await fetch(`${world.httpUrl}/orders?x=1`, { method: "POST", body: '{"item":"book"}' })
  await row(/POST \/orders.*HttpFunction.*ms.*201/)
    .last()
    .click()
  await detail.getByText("POST /orders").first().waitFor()
  await detail.getByText("Request body").waitFor()
  await detail.getByText('"item": "book"').waitFor()
  await detail.getByText('"platform.report"').waitFor()
  await detail
    .getByText(/\d+ of 128 MB/)
    .first()
    .waitFor()
})

test("rows have the time at which their event began", async () => {
  const { row, detail } = await world.openConsole()
  const socket = await world.connect()
  socket.send({ action: "slow", mark: "begins" })
  await socket.next()
  await row(/begins/).click()
  const event = detail.getByText('"requestTimeEpoch"')
  await event.waitFor({ state: "attached" })
  const began = Number(/"requestTimeEpoch": (\d+)/.exec((await event.textContent()) ?? "")?.[1])
  const shown = /\((\d{4}-[^)]+Z)\)/.exec(await detail.getByText(/\(\d{4}-.*Z\)/).innerText())?.[1] ?? ""
  expect(Date.parse(shown)).toBe(began)
})

test("the filter finds text in frames, ids and logs", async () => {
  const { page, row, list } = await world.openConsole()
  const socket = await world.connect()
  socket.send({ action: "ping", name: "Rosalind" })
  await socket.next()
  await row(/Rosalind/).waitFor()
  await page.getByLabel("Filter", { exact: true }).fill("rosalind")
  await page.getByText(/^1 of \d+ events$/).waitFor()
  await expect.poll(() => list.getByRole("option").count()).toBe(1)
  await page.getByRole("button", { name: "Reset" }).click()
  await page.getByText(/^\d+ events$/).waitFor()
})

test("the list can be filtered by kind, route, function and outcome", async () => {
  const { page, list } = await world.openConsole()
  const socket = await world.connect()
  for (const action of ["ping", "total"]) {
    socket.send({ action })
    await socket.next()
  }
  const titles = async () => new Set(await list.locator(".title").allInnerTexts())
  await page.getByLabel("Route").selectOption("total")
  await expect.poll(titles).toEqual(new Set(["total"]))
  await page.getByLabel("Route").selectOption("")
  await page.getByLabel("Function").selectOption("FunctionPing")
  await expect.poll(titles).toEqual(new Set(["ping"]))
  await page.getByLabel("Outcome").selectOption("failed")
  await page.getByText("No event matches the filter.").waitFor()
  await page.getByLabel("Function").selectOption("")
  await page.getByLabel("Kind").selectOption("message")
  await expect.poll(async () => (await titles()).has("total") && !(await titles()).has("ping")).toBe(true)
})

test("one click shows only the events of a connection", async () => {
  const { page, row, list, detail } = await world.openConsole()
  const [one, other] = [await world.connect(), await world.connect()]
  one.send({ action: "ping", mark: "mine" })
  other.send({ action: "ping", mark: "theirs" })
  await Promise.all([one.next(), other.next()])
  await row(/mine/).click()
  await detail.getByRole("button", { name: "Only this connection" }).click()
  await expect.poll(() => row(/theirs/).count()).toBe(0)
  expect(await list.locator(".title").allInnerTexts()).toEqual(["$connect", "ping"])
  await page.getByRole("button", { name: /^connection / }).click()
  await row(/theirs/).waitFor()
})

test("pause keeps the list still, and resume shows what arrived meanwhile", async () => {
  const { page, row } = await world.openConsole()
  const socket = await world.connect()
  await page.getByRole("button", { name: "Pause" }).click()
  socket.send({ action: "ping", mark: "paused" })
  await socket.next()
  await page.getByRole("button", { name: /Resume \([1-9]\d* new\)/ }).waitFor()
  expect(await row(/paused/).count()).toBe(0)
  await page.getByRole("button", { name: /Resume/ }).click()
  await row(/paused/).waitFor()
})

test("clear empties the list, and later events are shown", async () => {
  const { page, row } = await world.openConsole()
  const socket = await world.connect()
  await row(/\$connect/)
    .first()
    .waitFor()
  const isEmpty = async () => {
    // The output of the function for the handshake may arrive later.
    await page.getByRole("button", { name: "Clear" }).click()
    return (await page.getByText("No events yet").isVisible()) && (await page.getByText(world.url).isVisible())
  }
  await expect.poll(isEmpty, { timeout: 20_000 }).toBe(true)
  socket.send({ action: "ping", mark: "after" })
  await row(/after/).waitFor()
})

test("the keyboard reaches everything: / filters, arrows select, enter opens, escape closes", async () => {
  const { page, row, detail } = await world.openConsole()
  const socket = await world.connect()
  for (const mark of ["key one", "key two"]) {
    socket.send({ action: "ping", mark })
    await socket.next()
  }
  await row(/key two/).waitFor()
  await page.keyboard.press("/")
  await page.keyboard.type("key ")
  await page.getByText(/^2 of/).waitFor()
  await page.keyboard.press("ArrowDown")
  await page.keyboard.press("ArrowUp")
  await detail.getByText('"mark": "key two"').waitFor()
  await page.keyboard.press("ArrowUp")
  await detail.getByText('"mark": "key one"').waitFor()
  expect(await row(/key one/).getAttribute("aria-selected")).toBe("true")
  await page.keyboard.press("Enter")
  expect(await page.evaluate<string>("document.activeElement.className")).toBe("detail")
  await page.keyboard.press("Escape")
  await page.getByText("Select an event").waitFor()
})

test("the address of an event opens it again", async () => {
  const { page, row } = await world.openConsole()
  const socket = await world.connect()
  socket.send({ action: "ping", mark: "deep link" })
  await socket.next()
  await row(/deep link/).click()
  const { hash } = new URL(page.url())
  await page.keyboard.press("Escape")
  await page.getByText("Select an event").waitFor()
  const { detail } = await world.openConsole(hash, { reload: true })
  await detail.getByText('"mark": "deep link"').waitFor()
})

test("payloads are shown as text, whatever they contain", async () => {
  const { page, row, detail, complaints } = await world.openConsole()
  const socket = await world.connect()
  socket.send({ action: "ping", html: "<img src=x onerror=document.title='hacked'>" })
  await socket.next()
  await row(/onerror/).click()
  await detail.getByText("<img src=x onerror").first().waitFor()
  expect(await page.locator("img").count()).toBe(0)
  expect(await page.title()).toBe("Timeline · Console")
  expect(complaints).toEqual([])
})

test("messages can be copied as wscat commands, and pushes as AWS CLI commands", async () => {
  const { page, row, detail } = await world.openConsole()
  const socket = await world.connect()
  socket.send({ action: "push", text: "it's copied" })
  await socket.next()
  await socket.next()
  const copied = () => page.evaluate<string>("navigator.clipboard.readText()")
  await row(/"action":"push","text":"it's copied"/).click()
  await detail.getByRole("button", { name: "Copy as wscat" }).click()
  await detail.getByRole("button", { name: "Copied wscat" }).waitFor()
  expect(await copied()).toBe(
    `npx wscat --connect '${world.url}' --wait 5 --execute '{"action":"push","text":"it'\\''s copied"}'`,
  )
  await row(/"pushed":"it's copied"/).click()
  await detail.getByRole("button", { name: "Copy as AWS CLI" }).click()
  await detail.getByRole("button", { name: "Copied AWS CLI" }).waitFor()
  expect(await copied()).toMatch(
    /^aws apigatewaymanagementapi post-to-connection --endpoint-url 'http:.*' --connection-id '.{15}=' /,
  )
})

test("every view is accessible in both themes", async () => {
  const { page, row } = await world.openConsole()
  const socket = await world.connect()
  for (const action of ["push", "total", "forgotten"]) {
    socket.send({ action, mark: "accessible" })
    await socket.next()
  }
  await row(/forgotten.*accessible/).click()
  const problems = await problemsInBothThemes(page)
  await page.getByRole("link", { name: "Connections", exact: true }).click()
  await page.getByRole("row").nth(1).getByRole("link").click()
  await page.getByText("Authorizer context").waitFor()
  problems.push(...(await problemsInBothThemes(page)))
  for (const view of ["Composer", "Deployment", "Metrics"]) {
    await page.getByRole("link", { name: view, exact: true }).click()
    await page.getByRole("heading", { level: 2 }).first().waitFor()
    problems.push(...(await problemsInBothThemes(page)))
  }
  expect(problems).toEqual([])
})
