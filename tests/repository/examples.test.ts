// Checks the form of the gateway's examples: short, with a first line that says what they do, and listed.
import { globSync, readdirSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { expect, test } from "vitest"

const examples = join(import.meta.dirname, "..", "..", "gateway", "examples")
const folders = readdirSync(examples, { withFileTypes: true }).filter((entry) => entry.isDirectory())

test.each(globSync("*/**/*.{js,mjs,ts,yaml,yml}", { cwd: examples }))("%s starts with a comment", (name) => {
  expect(readFileSync(join(examples, name), "utf8")).toMatch(/^(\/\/|#) [A-Z]/)
})

test.each(folders.map(({ name }) => name))("%s has fewer than 60 lines and is in the list of examples", (name) => {
  const files = globSync("**/*.*", { cwd: join(examples, name) })
  const lines = files.flatMap((file) =>
    readFileSync(join(examples, name, file), "utf8")
      .trim()
      .split("\n"),
  )
  expect(lines.length).toBeLessThan(60)
  expect(readFileSync(join(examples, "README.md"), "utf8")).toContain(`| [${name}](${name}) |`)
})
