// Walks through the console's views. With PICTURES=1 in the environment it writes their pictures for the docs.
import { join } from "node:path"
import type { Page } from "playwright-core"
import { expect, test } from "vitest"
import { withAddresses } from "../testing/console-addresses.ts"
import { withData } from "../testing/console-data.ts"
import { useConsoleWorld } from "../testing/console-world.ts"

const resources = { ...withData.resources, ...withAddresses }
const world = useConsoleWorld({ ...withData, resources }, { consoleWrite: true })
const folder = join(import.meta.dirname, "..", "..", "docs", "images")

async function picture(page: Page, name: string): Promise<void> {
  await page.evaluate("document.activeElement?.blur()")
  if (process.env.PICTURES) await page.screenshot({ path: join(folder, `${name}.png`) })
}

test("the views of the docs have what the docs show", async () => {
  const { page, row, detail, complaints } = await world.openConsole()
  const socket = await world.connect("?user=ada")
  for (const message of [
    { action: "ping" },
    { action: "push", text: "Report.pdf is ready" },
    { action: "total", order: 7 },
    { action: "forgotten" },
    { action: "slow" },
    { action: "shout" },
  ]) {
    socket.send(message)
    await socket.next()
    if (message.action === "push") await socket.next()
  }
  await fetch(`${world.httpUrl}/orders?x=1`, { method: "POST", body: '{"item":"book"}' })
  await row(/POST \/orders/).waitFor()
  await row(/total/).click()
  await detail.getByText("Cannot read properties of undefined").first().waitFor()
  await picture(page, "console")
  await row(/"action":"push"/).click()
  await detail.getByRole("link", { name: "@connections POST" }).waitFor()
  await picture(page, "console-trace")
  await page.getByRole("link", { name: "Connections", exact: true }).click()
  await page.getByRole("row").nth(1).getByRole("link").click()
  await detail.getByText('"principalId": "ada"').waitFor()
  await picture(page, "console-connection")
  await page.getByRole("link", { name: "Composer" }).click()
  await page.getByLabel("Query string").fill("user=grace")
  await page.getByLabel("Text frame").fill('{\n  "action": "push",\n  "text": "Hello"\n}')
  await page.getByRole("button", { name: "Connect" }).click()
  await page.getByRole("button", { name: "Send" }).click()
  await page.getByText('{"status":"done"}').waitFor()
  await picture(page, "console-composer")
  for (const id of ["invoice", "minutes", "report"]) {
    socket.send({ action: "save", id })
    await socket.next()
  }
  await page.getByRole("link", { name: "Data", exact: true }).click()
  await page.getByRole("link", { name: /^Documents/ }).click()
  await detail.getByText("state: saved").first().click()
  await detail.getByText('"pages": 40').waitFor()
  await picture(page, "console-data")
  await page.getByRole("link", { name: "Deployment" }).click()
  const urls = page.getByRole("table", { name: "Function URLs" })
  await urls.getByText("AddressPermission permits everyone").waitFor()
  await page.getByRole("row", { name: /shop\.example\.com\/v1/ }).waitFor()
  await urls.scrollIntoViewIfNeeded()
  await picture(page, "console-addresses")
  await page.getByRole("heading", { name: "Roles and grants" }).scrollIntoViewIfNeeded()
  await page
    .getByText(/^used \d+×$/)
    .first()
    .waitFor()
  await picture(page, "console-deployment")
  await page.getByRole("link", { name: "Metrics" }).click()
  await page.getByRole("row", { name: /^push / }).waitFor()
  await picture(page, "console-metrics")
  world.gateway.faults.add({ effect: "function-error", routeKey: "ping", count: 1 })
  world.gateway.faults.add({ effect: "delay", delayMs: 250, on: "push", probability: 0.2, expiresAfterMs: 300_000 })
  await page.getByRole("link", { name: "Faults and time" }).click()
  await page.getByText("The function fails: route ping, once").waitFor()
  await page.getByLabel("What happens").selectOption("function-delay")
  await picture(page, "console-faults")
  expect(complaints).toEqual([])
})
