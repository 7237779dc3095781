// Follows every relative link of the Markdown files in this repository, anchors included.
import { execFileSync } from "node:child_process"
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs"
import { dirname, join, relative } from "node:path"
import { expect, test } from "vitest"

const root = join(import.meta.dirname, "..", "..")

const pages = execFileSync("git", ["ls-files", "--cached", "--others", "--exclude-standard", "*.md"], { cwd: root })
  .toString()
  .split("\n")
  .filter((name) => name !== "" && existsSync(join(root, name)))

test("every relative link in a Markdown file leads to a file, and to an anchor in it", () => {
  expect(pages.length).toBeGreaterThan(50)
  expect(pages.flatMap((name) => brokenLinks(join(root, name)))).toEqual([])
})

test("every path that a Markdown file names in backticks exists", () => {
  // The changelog names files of earlier versions.
  const missing = pages
    .filter((name) => name !== "CHANGELOG.md")
    .flatMap((name) =>
      pathsIn(readFileSync(join(root, name), "utf8"))
        .filter((path) => !existsSync(join(root, path)))
        .map((path) => `${name}: ${path}`),
    )
  expect(missing).toEqual([])
})

test("docs/aws/README.md links every page of its folder", () => {
  const index = readFileSync(join(root, "docs", "aws", "README.md"), "utf8")
  const others = pages.filter((name) => name.startsWith("docs/aws/") && name !== "docs/aws/README.md")
  expect(others.filter((name) => !index.includes(`](${name.slice("docs/aws/".length)})`))).toEqual([])
})

test("paths are found in backticks, with the folder of the gateway left out or not", () => {
  const text = "`gateway/src/gateway.ts`, `edge/cors.ts`, `docs/decisions/NNNN-title.md`, `edge/`, `a/b.ts`, edge/x.ts"
  expect(pathsIn(text)).toEqual(["gateway/src/gateway.ts", "gateway/src/edge/cors.ts", "gateway/src/edge/"])
})

test.each([
  ["a missing file", "[x](nowhere.md)", ["nowhere.md: no such file"]],
  ["a missing anchor", "[x](#nowhere)", ["#nowhere: no such anchor"]],
  ["a heading", "# One, two `three`!\n\n[x](#one-two-three)", []],
  ["a repeated heading", "## A\n## A\n[x](#a-1)", []],
  ["an explicit anchor", '<a id="here"></a>\n\n[x](#here)', []],
  ["an address", "[x](https://example.com)", []],
  ["a link in code", "`[x](nowhere.md)`\n\n```\n[x](nowhere.md)\n```", []],
])("finds %s", (_, text, expected) => {
  expect(brokenLinksIn(text, join(root, "page.md"))).toEqual(expected)
})

function brokenLinks(path: string): string[] {
  return brokenLinksIn(readFileSync(path, "utf8"), path).map((problem) => `${relative(root, path)}: ${problem}`)
}

function brokenLinksIn(markdown: string, path: string): string[] {
  return linksOf(markdown).flatMap((link) => {
    const [file = "", anchor] = link.split("#")
    const target = file === "" ? path : join(dirname(path), decodeURIComponent(file))
    if (file !== "" && !existsSync(target)) return [`${link}: no such file`]
    if (anchor === undefined || (file !== "" && (statSync(target).isDirectory() || !target.endsWith(".md")))) return []
    const text = file === "" ? markdown : readFileSync(target, "utf8")
    return anchorsOf(text).has(anchor) ? [] : [`${link}: no such anchor`]
  })
}

/** Targets of inline links, images and reference definitions, without those that have a scheme. */
function linksOf(markdown: string): string[] {
  const text = withoutCode(markdown)
  const inline = [...text.matchAll(/\]\(([^()\s]+)(?: "[^"]*")?\)/g)]
  const definitions = [...text.matchAll(/^\[[^\]]+\]: (\S+)/gm)]
  return [...inline, ...definitions].map(([, target = ""]) => target).filter((target) => !/^[a-z]+:/i.test(target))
}

const folders = [
  "gateway",
  "functions",
  "infrastructure",
  "client",
  "protocol",
  "web",
  "scripts",
  "tests",
  "docs",
  "samples",
]
const gatewayFolders = readdirSync(join(root, "gateway", "src"), { withFileTypes: true }).flatMap((entry) =>
  entry.isDirectory() ? [entry.name] : [],
)

/** Paths from the root, or from `gateway/src` as the documents about the gateway write them. No placeholders. */
function pathsIn(markdown: string): string[] {
  const named = [...withoutFences(markdown).matchAll(/`([a-z][\w-]*\/[\w./-]*)`/g)].map(([, path = ""]) => path)
  return named
    .filter((path) => !/NNNN|DATE/.test(path))
    .flatMap((path) => {
      const [first = ""] = path.split("/")
      if (folders.includes(first)) return [path]
      return gatewayFolders.includes(first) ? [`gateway/src/${path}`] : []
    })
}

/** Explicit anchors, and the ids that GitHub gives to headings. */
function anchorsOf(markdown: string): Set<string> {
  const explicit = [...markdown.matchAll(/<a id="([^"]+)">/g)].map(([, id = ""]) => id)
  const seen = new Map<string, number>()
  const headings = [...withoutFences(markdown).matchAll(/^#{1,6} (.+)$/gm)].map(([, heading = ""]) => {
    const id = heading
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N}\p{M} _-]/gu, "")
      .trim()
      .replaceAll(" ", "-")
    const count = seen.get(id) ?? 0
    seen.set(id, count + 1)
    return count === 0 ? id : `${id}-${count}`
  })
  return new Set([...explicit, ...headings])
}

function withoutCode(markdown: string): string {
  return withoutFences(markdown).replaceAll(/(`+)(?!`)[^\n]*?(?<!`)\1(?!`)/g, "")
}

function withoutFences(markdown: string): string {
  return markdown.replaceAll(/^( *)(```|~~~)[^\n]*\n[\s\S]*?^\1\2/gm, "")
}
