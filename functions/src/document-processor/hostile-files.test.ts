// Small files that are expensive to read end in their own outcome. hostile-files.soak.test.ts has other files.
import { expect, test, vi } from "vitest"
import { runsAll } from "../../../tests/testing/runs.ts"
import { hostileFiles } from "../../test/hostile-files/hostile-files.ts"
import { outcomeOf } from "../../test/hostile-files/outcome-of.ts"

// The limit is one of CPU time: other tests run at the same time.
vi.setConfig({ testTimeout: 60_000 })

test("there are 200 files, each with its own name", () => {
  const names = hostileFiles().map(({ name }) => name)
  expect(names).toHaveLength(200)
  expect(new Set(names).size).toBe(200)
})

// What is small as a file and expensive to read. Of the PDF files that exhaust the memory of PDFium, bundle.test.ts always
// reads one.
const bombs = [
  ...(runsAll ? ["pdf: forms that contain two of the next, 40 deep", "pdf: content of 2 GB"] : []),
  "docx: a main part of 2 GB that is declared as 1 KB",
  "docx: relationships of 2 GB",
  "docx: a password",
]

test.each(hostileFiles().filter(({ name }) => bombs.includes(name)))("$name", async (file) => {
  expect(file.outcomes).toContain(await outcomeOf(file))
})
