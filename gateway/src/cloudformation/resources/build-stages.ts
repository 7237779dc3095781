// The stages of a Dockerfile that build files for the last one. Nothing of them runs: what they build is expected in the
// build context, where the same commands write it.
import { posix } from "node:path"
import { argumentOf, copyOf, type Instruction, pairsOf, pathsOf, substitute, unquoted } from "./dockerfile-syntax.ts"

export type BuildStage = {
  /** `FROM image AS name` */
  name: string | undefined
  /** Sources are relative to the build context. Targets are absolute, and those of folders end with a slash. */
  copies: { sources: string[]; target: string }[]
  commands: string[]
}

type Reading = { stage: BuildStage; folder: string; variables: Map<string, string> }

/** @param variables of the arguments before the first stage */
export function readBuildStages(
  instructions: readonly Instruction[],
  variables: ReadonlyMap<string, string>,
  taskRoot: string,
): BuildStage[] {
  const stages: BuildStage[] = []
  let reading: Reading | undefined
  for (const { name, rest } of instructions) {
    if (name.toUpperCase() === "FROM") {
      const stage = { name: /\sAS\s+(\S+)$/i.exec(rest)?.[1], copies: [], commands: [] }
      stages.push(stage)
      reading = { stage, folder: /\blambda\b/.test(rest) ? taskRoot : "/", variables: new Map(variables) }
    } else if (reading) readers.get(name.toUpperCase())?.(rest, reading)
  }
  return stages
}

/** Others change nothing that is copied. */
const readers: ReadonlyMap<string, (rest: string, reading: Reading) => void> = new Map([
  ["COPY", readCopy],
  ["ADD", readCopy],
  ["RUN", (rest, { stage }) => void stage.commands.push(rest)],
  [
    "WORKDIR",
    (rest, reading) => {
      reading.folder = posix.resolve(reading.folder, expand(rest, reading))
    },
  ],
  [
    "ENV",
    (rest, reading) => {
      for (const [name, value] of pairsOf(expand(rest, reading))) reading.variables.set(name, value)
    },
  ],
  [
    "ARG",
    (rest, reading) => {
      const { name, value } = argumentOf(rest)
      if (!reading.variables.has(name)) reading.variables.set(name, unquoted(expand(value, reading)))
    },
  ],
])

function readCopy(rest: string, reading: Reading): void {
  const { flags, words } = copyOf(rest)
  // Files of another image or stage are not in the build context.
  if (flags.includes("--from")) return
  const sources = pathsOf(expand(words, reading))
  const target = sources.pop() ?? ""
  const isFolder = /[/.]$/.test(target) || sources.length > 1
  reading.stage.copies.push({ sources, target: posix.resolve(reading.folder, target) + (isFolder ? "/" : "") })
}

function expand(text: string, { variables }: Reading): string {
  return substitute(text, (name, found) => variables.get(name) ?? found)
}

/**
 * Where a path of a stage is in the build context.
 * @param path absolute
 * @param isFolder whether a source is a folder
 * @returns relative to the build context; undefined when nothing was copied to a folder above it
 */
export function pathInContext(
  { copies }: BuildStage,
  path: string,
  isFolder: (source: string) => boolean,
): string | undefined {
  const origins = copies.flatMap(({ sources, target }) =>
    sources.map((source) => {
      // A folder is copied with its contents, a file into a folder or to a name.
      if (isFolder(source)) return { from: source, to: posix.resolve(target) }
      return { from: posix.dirname(source), to: target.endsWith("/") ? posix.resolve(target) : posix.dirname(target) }
    }),
  )
  const [nearest] = origins
    .filter(({ to }) => path === to || path.startsWith(to === "/" ? to : `${to}/`))
    .sort((a, b) => b.to.length - a.to.length)
  return nearest && posix.join(nearest.from, posix.relative(nearest.to, path))
}
