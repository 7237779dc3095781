// The console in Chromium: follows a message from its frame to the stack trace of the function.
import { expect, test } from "vitest"
import { openPage } from "../testing/browser.ts"
import { openSocket } from "../testing/open-socket.ts"
import { startLocal } from "../testing/start-local.ts"
import { accept, echoEvent } from "../testing/template.ts"

test("shows a failed message live, and the line of the function that threw", async () => {
  const { gateway, url } = await startLocal({
    routes: {
      $connect: { code: accept },
      $default: { code: echoEvent, twoWay: true },
      count: {
        code: "const count = (order) => order.items.length\nexport const handler = async () => count({})",
        twoWay: true,
      },
    },
  })
  const { page, complaints } = await openPage(`${gateway.siteUrl}/_console`, { viewport: { width: 1200, height: 760 } })
  await page.locator('#link[data-state="live"]').waitFor()
  await page.getByText("No events yet").waitFor()

  const socket = await openSocket(url)
  socket.send({ action: "anything", name: "Rosalind" })
  await socket.next()
  socket.send({ action: "count" })
  expect(await socket.nextJson()).toMatchObject({ message: "Internal server error" })
  await page.getByRole("option", { name: "$connect" }).waitFor()
  await page.getByRole("option", { name: "$connect" }).waitFor()
  await page.getByText("1 connection").waitFor()
  await page.getByRole("option", { name: "count" }).waitFor()

  await page.getByLabel("Errors only").check()
  expect(await page.getByRole("option").filter({ visible: true }).count()).toBe(1)
  await page.getByRole("option", { name: "count" }).click()
  const detail = page.getByRole("article")
  await detail.getByText('"action": "count"').waitFor()
  await detail.getByText("Cannot read properties of undefined").first().waitFor()
  await detail
    .getByText(/at count \(.*index\.mjs:1:\d+\)/)
    .first()
    .waitFor()
  await detail.getByText('"message": "Internal server error"').waitFor()

  await page.getByLabel("Errors only").uncheck()
  if (process.env.PICTURES) await page.screenshot({ path: "docs/images/console.png" })
  await page.getByLabel("Filter").fill("rosalind")
  expect(await page.getByRole("option").filter({ visible: true }).allTextContents()).toEqual([
    expect.stringContaining("$default"),
  ])
  socket.close()
  await page.getByText("0 connections").waitFor()
  expect(complaints).toEqual([])
})
