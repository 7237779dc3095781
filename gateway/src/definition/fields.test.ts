// Checks that every field of the definition is read by the code that serves it, so that no template property is read in
// vain. A field with a name that other types share, such as `name`, can escape this check.
import { readdirSync, readFileSync } from "node:fs"
import { join, sep } from "node:path"
import { expect, test } from "vitest"

const root = join(import.meta.dirname, "..")

const files = readdirSync(root, { recursive: true, encoding: "utf8" }).filter(
  (name) => name.endsWith(".ts") && !name.endsWith(".test.ts"),
)
const servingCode = files
  .filter((name) => !name.startsWith(`cloudformation${sep}`) && !name.startsWith(`definition${sep}`))
  .map(codeOf)
  .join("\n")

const fields = files
  .filter((name) => name.startsWith(`definition${sep}`))
  .flatMap((file) =>
    [...codeOf(file).matchAll(/(?<=[{;]|^)\s*(\w+)\??: /gm)].map(([, field = ""]) => ({ file, field })),
  )

test("the definition has fields in every group of types", () => {
  expect(new Set(fields.map(({ file }) => file)).size).toBeGreaterThan(6)
  expect(fields.length).toBeGreaterThan(80)
})

test.each(fields)("$field of $file is read outside cloudformation/", ({ field }) => {
  expect(isRead(field)).toBe(true)
})

test("a field that nothing reads is found", () => {
  expect(isRead("contentHandlingOfNothing")).toBe(false)
})

/** As a property, in a destructuring pattern, or as a text that names a property. */
function isRead(field: string): boolean {
  return new RegExp(`\\.${field}\\b|[{,]\\s*${field}\\s*[,:=}]|"${field}"`).test(servingCode)
}

function codeOf(file: string): string {
  return readFileSync(join(root, file), "utf8").replaceAll(/(?<=^|\s)(?:\/\*[\s\S]*?\*\/|\/\/.*$)/gm, "")
}
