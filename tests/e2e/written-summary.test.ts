// A summary that a model writes, on the whole system, with recorded responses of Amazon Bedrock. start-with-file.test.ts
// has the summary without an endpoint.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { expect, onTestFinished, test } from "vitest"
import { delta, end, start, startBedrockStandIn } from "../../functions/test/bedrock-stand-in.ts"
import { fieldReport } from "../../functions/test/field-report.ts"
import { accessibilityProblems } from "../testing/accessibility.ts"
import { openPage } from "../testing/browser.ts"
import { runCommand } from "../testing/command.ts"
import { optionalSettings, summaryModel } from "../testing/optional-settings.ts"

const options = ["--port", "0", "--json", ...optionalSettings]

function report(): string {
  const folder = mkdtempSync(join(tmpdir(), "written-summary-"))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  const path = join(folder, "report.txt")
  writeFileSync(path, fieldReport)
  return path
}

test("grows on the page while it is written, and names the model", async () => {
  const isShown = Promise.withResolvers<void>()
  const standIn = await startBedrockStandIn([
    async (response) => {
      response.writeHead(200, { "content-type": "application/vnd.amazon.eventstream" })
      for (const frame of [start, delta("The stations were measured.")]) response.write(frame)
      await isShown.promise
      for (const frame of [delta(" They work."), ...end()]) response.write(frame)
      response.end()
    },
  ])
  onTestFinished(() => standIn.close())
  const command = runCommand("scripts/start.ts", options, { AWS_ENDPOINT_URL_BEDROCK_RUNTIME: standIn.endpoint })
  const { outputs } = await command.jsonLine(({ event }) => event === "ready")
  const { page, complaints } = await openPage((outputs as Record<string, string>).WebUrl ?? "")
  await page.locator('[data-testid="connection-state"][data-state="live"]').waitFor()
  await page.locator("input[type=file]").setInputFiles(report())
  const draft = page.getByTestId("summary-draft")
  await draft.waitFor()
  expect((await draft.textContent())?.trim()).toBe("The stations were measured.")
  // The text is in no live region, and its start is announced once.
  expect(await draft.locator("xpath=ancestor-or-self::*[@aria-live or @role='status']").count()).toBe(0)
  await page.getByRole("status").filter({ hasText: "Writing the summary of report.txt" }).waitFor()
  expect(await accessibilityProblems(page)).toEqual([])
  isShown.resolve()
  const row = page.locator('[data-testid="document"][data-status="processing_complete"]')
  await row.waitFor()
  if ((await row.getAttribute("data-expanded")) === null) await row.getByRole("link", { name: "report.txt" }).click()
  await page.getByText("The stations were measured. They work.").waitFor()
  await page.getByText(`Written by ${summaryModel}.`).waitFor()
  expect(await draft.count()).toBe(0)
  expect(complaints).toEqual([])
})
