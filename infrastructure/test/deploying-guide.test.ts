// docs/deploying.md: its settings, commands and log groups exist, and its costs add up.
import { readFileSync } from "node:fs"
import { join } from "node:path"
import { expect, test } from "vitest"
import packageJson from "../../package.json" with { type: "json" }
import { settings } from "../src/config.ts"
import { synthesized } from "./synthesized.ts"

const guide = readFileSync(join(import.meta.dirname, "..", "..", "docs", "deploying.md"), "utf8")

test("every setting that the guide names exists", () => {
  const named = [...guide.matchAll(/(?:-c |`)([a-z]+(?:_[a-z]+)+)(?:=|`)/g)].map(([, name]) => name as string)
  expect(named.length).toBeGreaterThan(5)
  for (const name of named) expect(settings).toHaveProperty(name)
})

test("every npm command of the guide exists", () => {
  const commands = new Set([...guide.matchAll(/npm run ([a-z:]+)/g)].map(([, name]) => name as string))
  expect(commands).toContain("deploy")
  for (const name of commands) expect(packageJson.scripts).toHaveProperty(name)
})

test("every log group, table and stack that the guide names is in the templates", () => {
  const app = synthesized("dev", { sign_in: "cognito" })
  const components = app.stacks.map(({ stackName }) => stackName).filter((name) => name.includes("-dev-"))
  const resources = components.flatMap((name) => app.template(name.replace(/^.*-dev-/, "")).resources)
  const names = [...components, ...resources.map(({ Properties }) => JSON.stringify(Properties ?? {}))].join("\n")
  const groups = [...guide.matchAll(/`([^`\s]*\{env\}[^`\s]*)`/g)].map(([, name]) => name as string)
  const named = groups.filter((name) => !name.includes("{function}"))
  expect(named.length).toBeGreaterThan(3)
  for (const name of named) expect(names).toContain(name.replace("{env}", "dev").replace("{api-id}", "<WebSocketApi>"))
  for (const table of ["documents", "watchers"]) {
    expect(guide).toContain(`--table-name document-insight-prod-${table}`)
    expect(names).toContain(`"TableName":"document-insight-dev-${table}"`)
  }
})

test("the costs per 1,000 documents add up to the total", () => {
  const table = guide.split("<!-- costs -->")[1]?.split("\n\n")[0] ?? ""
  const amounts = [...table.matchAll(/\$(\d+\.\d+) \|$/gm)].map(([, amount]) => Number(amount))
  const [, total] = /\*\*\$(\d+\.\d+)\*\*/.exec(table) ?? []
  expect(amounts.length).toBeGreaterThan(10)
  expect(amounts.reduce((sum, amount) => sum + amount, 0)).toBeCloseTo(Number(total), 2)
})
