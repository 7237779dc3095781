// The dry run of `npm run verify:aws`, against the local gateway.
import { readFileSync } from "node:fs"
import { expect, test } from "vitest"
import { temporaryFolder } from "./temporary-folder.ts"
import { verify } from "./verify-command.ts"

test("a dry run runs the cases, measures and reports, with the local gateway in place of AWS", async () => {
  const output = temporaryFolder()
  const rows = "limit-frame-exceeded|connect-event"
  const { status, stdout } = await verify(["--dry-run", "--output", output, "--rows", rows, "--samples", "3"])
  expect(status).toBe(0)
  const [, file = ""] = /^Wrote (.*)$/m.exec(stdout) ?? []
  expect(file).toMatch(/\/aws-run-\d{4}-\d\d-\d\d\.md$/)
  const report = readFileSync(file, "utf8")
  expect(stdout).toContain(report)
  expect(report).toContain("Target: the local gateway (dry run).")
  expect(report).toMatch(/^[1-9]\d* cases agree, 0 differ, \d+ were not run\.$/m)
  expect(report).toMatch(/^\| handshake, .* \| 3 \| \d+\.\d ms \| \d+\.\d ms \| \d+\.\d ms \|$/m)
  expect(report).toMatch(/^\| push, .* \| 3 \| \d+\.\d ms \| \d+\.\d ms \| \d+\.\d ms \|$/m)
})
