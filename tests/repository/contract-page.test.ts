// Compares docs/contract.md with the code: options, lines of --json, error codes, and exports of the gateway.
import { readFileSync } from "node:fs"
import { join } from "node:path"
import { documentStatuses, errorCodes } from "@document-insight/protocol"
import { expect, test } from "vitest"

const root = join(import.meta.dirname, "..", "..")
const read = (...path: string[]) => readFileSync(join(root, ...path), "utf8")
const page = read("docs", "contract.md")

test("has every option of the commands, and no other", () => {
  const options = [
    ...read("gateway", "src", "cli", "options.ts").matchAll(/^(?:export const \w+ = `)? {2}--([a-z-]+)/gm),
  ]
  const listed = [...section("### Options").matchAll(/^\| `--([a-z-]+)/gm)]
  expect(options.length).toBeGreaterThan(5)
  expect(first(listed)).toEqual(first(options))
})

test("has every event of --json with its keys", () => {
  const rows = [...section("### Lines of `--json`").matchAll(/^\| `(\w+)` \| (.+?) \|/gm)]
  const listed = new Map(rows.map(([, event = "", keys = ""]) => [event, first([...keys.matchAll(/`(\w+)`/g)])]))
  const type =
    /export type GatewayEvent =([\s\S]*?)\n\n/.exec(read("gateway", "src", "observe", "gateway-event.ts"))?.[1] ?? ""
  const events = type
    .replaceAll(/\/\*\*.*?\*\//gs, "")
    .split(/(?=\bevent: ")/)
    .slice(1)
    .map((one): [string, string[]] => [
      /^event: "(\w+)"/.exec(one)?.[1] ?? "",
      first([...one.matchAll(/(?:^|[\s;{])(\w+)\??:(?= )/g)]).filter((key) => key !== "event"),
    ])
  expect(events.length).toBeGreaterThan(3)
  for (const [event, keys] of events) expect(listed.get(event), event).toEqual(expect.arrayContaining(keys))
  const ofDocuments = [...read("scripts", "document-reporter.ts").matchAll(/print\(\{ event: "(\w+)"/g)]
  expect([...listed.keys()]).toEqual(expect.arrayContaining(first(ofDocuments)))
  expect(ofDocuments.length).toBeGreaterThan(2)
})

test("has every error code and status of a document", () => {
  const text = section("## WebSocket messages")
  for (const name of [...errorCodes, ...documentStatuses]) expect(text).toContain(`\`${name}\``)
})

test("has every export of the gateway, and no other", () => {
  const index = read("gateway", "src", "index.ts")
  const exported = [...index.matchAll(/^export (?:type )?\{([^}]*)\}/gm)].flatMap(([, names = ""]) =>
    names.split(",").map((name) => name.replace(/\btype\b/, "").trim()),
  )
  const [text = ""] = section("## The package `@document-insight/gateway`").split(
    "\n\n`@document-insight/gateway/testing`",
  )
  const listed = first([...text.matchAll(/`(\w+)(?:\(options\))?`/g)])
  expect(listed.toSorted()).toEqual(exported.toSorted())
})

/** The text from a heading to the next one of its level or above. */
function section(heading: string): string {
  const level = /^#+/.exec(heading)?.[0].length ?? 0
  const [, after = ""] = page.split(`\n${heading}\n`)
  const end = after.search(new RegExp(`^#{1,${level}} `, "m"))
  expect(after, heading).not.toBe("")
  return end === -1 ? after : after.slice(0, end)
}

function first(matches: RegExpMatchArray[]): string[] {
  return matches.map(([, name = ""]) => name)
}
