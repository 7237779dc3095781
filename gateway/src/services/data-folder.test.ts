// The data folder: created, locked, and rejected with one sentence when it cannot be used.
import { spawn } from "node:child_process"
import { once } from "node:events"
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { expect, onTestFinished, test } from "vitest"
import { openDataFolder } from "./data-folder.ts"

function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "data-folder-"))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  return folder
}

test("a folder that does not exist is created, and can be used again after the run", () => {
  const folder = join(temporaryFolder(), "a/b")
  openDataFolder(folder)()
  expect(existsSync(folder)).toBe(true)
  openDataFolder(folder)()
})

test("a file is rejected", () => {
  const file = join(temporaryFolder(), "file")
  writeFileSync(file, "")
  const message = `The data folder ${file} is a file.`
  expect(() => openDataFolder(file)).toThrow(expect.objectContaining({ code: "DATA_UNUSABLE", message }))
})

test("a folder that cannot be created is rejected with the reason", () => {
  const file = join(temporaryFolder(), "file")
  writeFileSync(file, "")
  const folder = join(file, "data")
  expect(() => openDataFolder(folder)).toThrow(
    expect.objectContaining({
      code: "DATA_UNUSABLE",
      message: expect.stringMatching(/cannot be created or written \(E\w+\)\.$/),
    }),
  )
})

test("a folder that another run uses is rejected until that run ends, also when it is killed", async () => {
  const folder = temporaryFolder()
  const module = JSON.stringify(new URL("./data-folder.ts", import.meta.url).href)
  const code = `import { openDataFolder } from ${module}
openDataFolder(process.argv[1]); console.log("locked"); setInterval(() => {}, 60_000)`
  const other = spawn(process.execPath, ["--input-type=module", "--eval", code, folder])
  onTestFinished(() => void other.kill("SIGKILL"))
  await once(other.stdout, "data")
  const message = `The data folder ${folder} is in use by another run.`
  expect(() => openDataFolder(folder)).toThrow(expect.objectContaining({ code: "DATA_UNUSABLE", message }))
  const closed = once(other, "close")
  other.kill("SIGKILL")
  await closed
  openDataFolder(folder)()
})
