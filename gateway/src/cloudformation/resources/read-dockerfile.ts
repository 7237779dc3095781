// Reads the Dockerfile of a function whose base is a base image of Lambda, so that its files run without a container.
import { posix } from "node:path"
import { isRecord } from "../../foundation/is-record.ts"
import { type BuildStage, readBuildStages } from "./build-stages.ts"
import {
  argumentOf,
  copyOf,
  instructionsOf,
  listOf,
  pairsOf,
  pathsOf,
  substitute,
  unquoted,
} from "./dockerfile-syntax.ts"

export type ImageBuild = {
  /** `nodejs22.x` */
  runtime: string
  /**
   * Sources are relative to the build context, or absolute in a stage. Targets are relative to the task root, and those of
   * folders end with a slash.
   */
  copies: { sources: string[]; target: string; stage?: BuildStage }[]
  /** Commands that install packages, which are not run. */
  installs: string[]
  environment: [name: string, value: string][]
  command: string[]
}

/** Why an image cannot run here: a sentence that begins after the name of the file. */
export class UnservedImage extends Error {}

/** AWS: the base images have this folder as LAMBDA_TASK_ROOT and as their working directory (image-task-root) */
const TASK_ROOT = "/var/task"

const installCommand =
  /^(npm (ci|i|install|cache)|yarn( install)?|pnpm (i|install)|(python3? -m )?pip3? install|mkdir)\b/

type State = ImageBuild & { folder: string; variables: Map<string, string>; stages: BuildStage[] }

/**
 * Every instruction that is not known makes the image one that is not served: its result would not be the image.
 * @throws UnservedImage
 */
export function readDockerfile(text: string, buildArguments: Readonly<Record<string, string>> = {}): ImageBuild {
  const state: State = {
    runtime: "",
    copies: [],
    installs: [],
    environment: [],
    command: [],
    folder: TASK_ROOT,
    variables: new Map([["LAMBDA_TASK_ROOT", TASK_ROOT]]),
    stages: [],
  }
  const all = instructionsOf(text)
  const [first, last] = [all.findIndex(isFrom), all.findLastIndex(isFrom)]
  for (const [index, { name, rest }] of all.entries()) {
    // The stages before the last one can have variables of the arguments before them.
    if (index === first && first < last)
      state.stages = readBuildStages(all.slice(first, last), state.variables, TASK_ROOT)
    if (index >= first && index < last) continue
    const read = instructions.get(name.toUpperCase())
    if (!read) throw new UnservedImage(`has the instruction ${name}, which is not served without a container`)
    if (state.runtime === "" && !beforeFrom.has(name.toUpperCase())) throw new UnservedImage("does not begin with FROM")
    read(rest, state, buildArguments)
  }
  if (state.runtime === "") throw new UnservedImage("has no FROM")
  const { runtime, copies, installs, environment, command } = state
  return { runtime, copies, installs, environment, command }
}

const beforeFrom = new Set(["ARG", "FROM"])

function isFrom({ name }: { name: string }): boolean {
  return name.toUpperCase() === "FROM"
}

type Read = (rest: string, state: State, buildArguments: Readonly<Record<string, string>>) => void

const instructions: ReadonlyMap<string, Read> = new Map<string, Read>([
  ["FROM", readFrom],
  ["COPY", readCopy],
  ["RUN", readRun],
  ["CMD", readCommand],
  ["LABEL", () => {}],
  [
    "WORKDIR",
    (rest, state) => {
      state.folder = posix.resolve(state.folder, expand(rest, state))
    },
  ],
  [
    "ENV",
    (rest, state) => {
      for (const [name, value] of pairsOf(expand(rest, state))) {
        state.variables.set(name, value)
        state.environment.push([name, value])
      }
    },
  ],
  [
    "ARG",
    (rest, state, buildArguments) => {
      const { name, value } = argumentOf(rest)
      const given = Object.hasOwn(buildArguments, name) ? buildArguments[name] : undefined
      state.variables.set(name, given ?? unquoted(expand(value, state)))
    },
  ],
])

/** AWS: the base images of Lambda have the runtime as their name and its version as their tag (image-base) */
function readFrom(rest: string, state: State): void {
  const image = expand(rest.replace(/^--platform=\S+\s+/, ""), state).split(/\s/)[0] ?? ""
  const [, language, version = ""] =
    /^(?:public\.ecr\.aws\/lambda\/|amazon\/aws-lambda-)(nodejs|python):(\d+(?:\.\d+)?)(?:[.-].*)?$/.exec(image) ?? []
  if (language === undefined) {
    const known = "public.ecr.aws/lambda/nodejs and public.ecr.aws/lambda/python with a version"
    throw new UnservedImage(`is based on ${image}. Only ${known} are served without a container`)
  }
  state.runtime = language === "nodejs" ? `nodejs${version.split(".")[0]}.x` : `python${version}`
}

function readCopy(rest: string, state: State): void {
  const { flags, words } = copyOf(rest)
  const from = /--from=(\S+)/.exec(flags)?.[1]
  const stage = from === undefined ? undefined : stageNamed(state, from)
  if ((from !== undefined && !stage) || /--exclude|--parents/.test(flags)) {
    throw new UnservedImage(`has COPY ${flags}, which is not served without a container`)
  }
  const paths = pathsOf(expand(words, state))
  const target = paths.pop() ?? ""
  if (paths.length === 0) throw new UnservedImage(`has COPY ${rest} without a target`)
  const absolute = posix.resolve(state.folder, target)
  const isFolder = target.endsWith("/") || target.endsWith(".") || absolute === TASK_ROOT || paths.length > 1
  if (absolute !== TASK_ROOT && !absolute.startsWith(`${TASK_ROOT}/`)) {
    throw new UnservedImage(`copies to ${absolute}, which is not in ${TASK_ROOT}`)
  }
  const relativeTarget = posix.relative(TASK_ROOT, absolute) + (isFolder ? "/" : "")
  if (stage)
    state.copies.push({ sources: paths.map((path) => posix.resolve("/", path)), target: relativeTarget, stage })
  else state.copies.push({ sources: paths, target: relativeTarget })
}

/** By its name, or by its number from 0. */
function stageNamed({ stages }: State, name: string): BuildStage | undefined {
  return stages.find((stage) => stage.name?.toLowerCase() === name.toLowerCase()) ?? stages[Number(name)]
}

function readRun(rest: string, state: State): void {
  for (const command of rest.split(/&&|;/).map((one) => one.trim())) {
    if (!installCommand.test(command)) {
      throw new UnservedImage(
        `runs "${command}", and only commands that install packages of Node.js or Python are known`,
      )
    }
    if (!/^mkdir|^npm cache/.test(command)) state.installs.push(command)
  }
}

function readCommand(rest: string, state: State): void {
  const command = listOf(rest)
  if (!command) throw new UnservedImage(`has CMD ${rest}, which is not a list such as ["app.handler"]`)
  state.command = command
}

function expand(text: string, { variables }: State): string {
  return substitute(text, (name, found) => {
    const value = variables.get(name)
    if (value === undefined) throw new UnservedImage(`uses ${found}, which has no value`)
    return value
  })
}

/** The build arguments of a template: texts by name. */
export function buildArgumentsOf(value: unknown): Record<string, string> {
  const entries = isRecord(value) ? Object.entries(value).map(([name, one]) => [name, String(one)] as const) : []
  return Object.fromEntries(entries)
}
