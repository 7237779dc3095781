// The page in Chromium on the whole system: upload, progress, insights, reload and reconnect.
import { readFileSync } from "node:fs"
import { createRequire } from "node:module"
import { join } from "node:path"
import { ApiGatewayManagementApiClient, DeleteConnectionCommand } from "@aws-sdk/client-apigatewaymanagementapi"
import type { Page } from "playwright-core"
import { expect, test } from "vitest"
import { openPage } from "../testing/browser.ts"
import { type JsonLine, runCommand } from "../testing/command.ts"

const root = join(import.meta.dirname, "..", "..")
const sample = (name: string) => join(root, "samples", name)
const axeSource = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8")

async function startSystem() {
  const command = runCommand("scripts/start.ts", ["--json", "--port", "0"])
  const { outputs, credentials } = await command.jsonLine(({ event }) => event === "ready")
  return { command, outputs: outputs as Record<string, string>, credentials }
}

// Runs in the page: records every value of any progress bar from now on.
const recordBars = `
  globalThis.barValues = []
  const note = () => {
    for (const bar of document.querySelectorAll("[role=progressbar]")) {
      const value = Number(bar.getAttribute("aria-valuenow"))
      if (barValues.at(-1) !== value) barValues.push(value)
    }
  }
  new MutationObserver(note).observe(document.body, { subtree: true, childList: true, attributes: true })
`

/** Violations of accessibility rules, found by axe. */
async function accessibilityProblems(page: Page): Promise<string[]> {
  await page.evaluate(axeSource)
  return page.evaluate(async () => {
    const { axe } = globalThis as unknown as {
      axe: { run(): Promise<{ violations: { id: string; nodes: { html: string }[] }[] }> }
    }
    const { violations } = await axe.run()
    return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(" ")}`)
  })
}

test("shows the progress and the insights of an uploaded PDF, and keeps them after a reload", async () => {
  const { outputs } = await startSystem()
  const { page, complaints } = await openPage(outputs.WebUrl ?? "", { viewport: { width: 1200, height: 1000 } })
  await page.locator('[data-testid="connection-state"][data-state="open"]').waitFor()
  expect(await accessibilityProblems(page)).toEqual([])

  await page.evaluate(recordBars)
  await page.locator("input[type=file]").setInputFiles(sample("websocket-handbook.pdf"))
  await page.locator('[data-testid="document"][data-status="processing_complete"]').waitFor()
  await page.getByTestId("insights").getByText("WebSocket APIs on API Gateway").first().waitFor()
  const between = new Set((await page.evaluate<number[]>("barValues")).filter((value) => value > 0 && value < 100))
  expect(between.size).toBeGreaterThanOrEqual(3)
  expect(await accessibilityProblems(page)).toEqual([])
  if (process.env.PICTURES) await page.screenshot({ path: join(root, "docs", "images", "page.png") })

  await page.locator("input[type=file]").setInputFiles([sample("meeting-notes.docx"), sample("protected.pdf")])
  await page.locator('[data-testid="document"][data-status="error"]').waitFor()
  await page.locator('[data-testid="document"][data-status="processing_complete"]').nth(1).waitFor()

  await page.reload()
  await page.locator('[data-testid="document"][data-status="processing_complete"]').nth(1).waitFor()
  expect(await page.getByTestId("document").count()).toBe(3)
  expect(complaints).toEqual([])
})

test("reconnects when the connection is lost during processing, and reaches the final progress", async () => {
  const { command, outputs, credentials } = await startSystem()
  const { page, complaints } = await openPage(outputs.WebUrl ?? "")
  const { connectionId } = await command.jsonLine(isAccess("CONNECT")).then(accessEntry)
  await page.locator('[data-testid="connection-state"][data-state="open"]').waitFor()

  await page.locator("input[type=file]").setInputFiles(sample("websocket-handbook.pdf"))
  await command.jsonLine(isAccess("CONNECTION_API"))
  const management = new ApiGatewayManagementApiClient({
    endpoint: outputs.WebSocketApiUrl?.replace("ws:", "http:") ?? "",
    region: "us-east-1",
    credentials,
  })
  await management.send(new DeleteConnectionCommand({ ConnectionId: connectionId }))
  const disconnected = await command.jsonLine(isAccess("DISCONNECT")).then(accessEntry)
  expect(disconnected.connectionId).toBe(connectionId)
  const again = await command.jsonLine(isAccess("CONNECT")).then(accessEntry)
  expect(again.connectionId).not.toBe(connectionId)
  await page.locator('[data-testid="document"][data-status="processing_complete"]').waitFor()
  await page.getByTestId("insights").waitFor()
  expect(complaints).toEqual([])
})

const isAccess = (eventType: string) => (line: JsonLine) =>
  line.event === "access" && String(line.message).includes(`"${eventType}"`)

const accessEntry = (line: JsonLine): { connectionId: string } => JSON.parse(line.message)
