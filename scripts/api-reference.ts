// `npm run api-reference`: writes gateway/docs/api.md from the doc comments in the package's declarations.
// TypeDoc cannot do this: 0.28 uses the compiler API of TypeScript 6, which TypeScript 7 does not have.
import { readdirSync, readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { type Comment, parseSync } from "oxc-parser"
import { buildPackage } from "./pack.ts"
import { runCommand } from "./run-command.ts"

const root = join(import.meta.dirname, "..")

/** A top-level declaration: its name, its doc comment without the asterisks, and its code. */
type Declaration = { name: string; summary: string; code: string }

type DeclarationFile = { declarations: Map<string, Declaration>; exported: string[] }

const entryPoints = [
  { title: "`@document-insight/gateway`", file: "index.d.mts" },
  { title: "`@document-insight/gateway/testing`", file: "testing.d.mts" },
]

/** @param built the folder of the built gateway package */
export function renderApiReference(built: string): string {
  const names = readdirSync(built).filter((name) => name.endsWith(".d.mts"))
  const files = new Map(names.map((name) => [name, readDeclarations(join(built, name))]))
  const shared = [...files].filter(([name]) => !entryPoints.some(({ file }) => file === name)).map(([, file]) => file)
  const listed = new Set<Declaration>()
  const sections = entryPoints.map(({ title, file }) => {
    const own = files.get(file)
    if (!own) throw new Error(`${file} was not built. Adapt scripts/api-reference.ts to the entry points.`)
    const exported = own.exported.toSorted().map((name) => {
      const declaration = [own, ...shared].map(({ declarations }) => declarations.get(name)).find(Boolean)
      if (!declaration) throw new Error(`${file} exports ${name}, which no file declares.`)
      listed.add(declaration)
      return render(declaration)
    })
    return `## ${title}\n\n${exported.join("\n\n")}`
  })
  const others = [...files.values()]
    .flatMap(({ declarations }) => [...declarations.values()])
    .filter((declaration) => !listed.has(declaration))
    .toSorted((a, b) => (a.name < b.name ? -1 : 1))
    .map(render)
  return `# API reference

<!-- Written by \`npm run api-reference\`. Edit the doc comments instead. -->

${sections.join("\n\n")}

## Types that these refer to

They are not exported.

${others.join("\n\n")}
`
}

function render({ name, summary, code }: Declaration): string {
  return [`### ${name}`, summary, `\`\`\`ts\n${code}\n\`\`\``].filter((part) => part !== "").join("\n\n")
}

function readDeclarations(path: string): DeclarationFile {
  const text = readFileSync(path, "utf8")
  const { program, comments } = parseSync(path, text)
  const declarations = new Map<string, Declaration>()
  const exported: string[] = []
  for (const statement of program.body) {
    const inner = statement.type === "ExportNamedDeclaration" ? (statement.declaration ?? statement) : statement
    if (inner.type === "ExportNamedDeclaration") {
      for (const { local, exported: as } of inner.specifiers)
        if ("name" in local && "name" in as && local.name === as.name) exported.push(local.name)
      continue
    }
    const name = nameOf(inner)
    if (name === undefined) continue
    if (inner !== statement) exported.push(name)
    const code = text.slice(inner.start, inner.end).replace(/^declare /, "")
    declarations.set(name, { name, summary: summaryBefore(statement.start, text, comments), code })
  }
  return { declarations, exported }
}

function nameOf(statement: { type: string }): string | undefined {
  const { id, declarations } = statement as { id?: { name?: string }; declarations?: { id: { name?: string } }[] }
  return id?.name ?? declarations?.[0]?.id.name
}

function summaryBefore(start: number, text: string, comments: readonly Comment[]): string {
  const comment = comments.findLast(({ end }) => end <= start && text.slice(end, start).trim() === "")
  if (comment?.type !== "Block" || !comment.value.startsWith("*")) return ""
  return comment.value
    .slice(1)
    .split("\n")
    .map((line) => line.replace(/^\s*\* ?/, "").trimEnd())
    .join("\n")
    .trim()
    .replaceAll(/\n?@(\w+) /g, (_, tag) => `\n\n_${tag}_: `)
    .trim()
}

const command = {
  usage: "npm run api-reference",
  summary: "Writes gateway/docs/api.md from the doc comments in the package's declarations.",
  options: {},
} as const

if (import.meta.main) {
  await runCommand(command, async () => {
    const built = await buildPackage("gateway")
    writeFileSync(join(root, "gateway", "docs", "api.md"), renderApiReference(built))
    return 0
  })
}
