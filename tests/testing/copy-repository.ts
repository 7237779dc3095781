// Copies this repository for a test that edits it. What a test may edit is copied, all else is linked, so that Node.js finds
// what it has compiled before.
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { copyAssemblyTo } from "./copy-assembly.ts"

const root = join(import.meta.dirname, "..", "..")
const copied = [
  ...["client", "functions", "infrastructure", "protocol", "scripts", "web"],
  ...["package.json", "package-lock.json", "cdk.json", "tsconfig.json", "tsconfig.browser.json"],
]
const linked = ["gateway", "tests"]

export type RepositoryCopy = {
  root: string
  /**
   * Replaces `from` with `to` in a file. Fails when the file does not contain `from`. A new file replaces the old one, as
   * most editors save, so that a build in progress never reads a part of it.
   */
  edit(file: string, from: string, to: string): void
  /** For its commands: they find what Node.js has compiled for those of earlier copies, by paths relative to the copy. */
  env: Record<string, string>
  remove(): void
}

export async function copyRepository(): Promise<RepositoryCopy> {
  const folder = mkdtempSync(join(tmpdir(), "repository-test-"))
  const isOurs = (path: string) => !path.endsWith("node_modules")
  const options = { recursive: true, preserveTimestamps: true, filter: isOurs }
  for (const name of copied) cpSync(join(root, name), join(folder, name), options)
  for (const name of linked) symlinkSync(join(root, name), join(folder, name), "junction")
  // A test synthesizes and bundles only what it changes.
  const assembly = join(folder, "cdk.out", "default")
  mkdirSync(assembly, { recursive: true })
  await copyAssemblyTo(assembly)
  // A link, because a synthesis replaces the file.
  symlinkSync(join(root, "cdk.out", "bundles.json"), join(folder, "cdk.out", "bundles.json"))
  // The workspaces must be the copies, so that node_modules is a folder of links and not a link.
  const modules = join(folder, "node_modules")
  const ours = join(modules, "@document-insight")
  mkdirSync(ours, { recursive: true })
  for (const name of readdirSync(join(root, "node_modules"))) {
    if (name !== "@document-insight") symlinkSync(join(root, "node_modules", name), join(modules, name))
  }
  for (const name of readdirSync(join(root, "node_modules", "@document-insight"))) {
    symlinkSync(join(folder, name), join(ours, name))
  }
  return {
    root: folder,
    edit(file, from, to) {
      const path = join(folder, file)
      const text = readFileSync(path, "utf8")
      if (!text.includes(from)) throw new Error(`${file} does not contain ${from}`)
      writeFileSync(`${path}.new`, text.replace(from, to))
      renameSync(`${path}.new`, path)
    },
    env: { NODE_COMPILE_CACHE: join(modules, ".cache", "node"), NODE_COMPILE_CACHE_PORTABLE: "1" },
    remove: () => rmSync(folder, { recursive: true, force: true }),
  }
}
