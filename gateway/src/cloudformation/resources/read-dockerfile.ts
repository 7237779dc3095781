// Reads the Dockerfile of a function whose base is a base image of Lambda, so that its files run without a container.
import { posix } from "node:path"
import { isRecord } from "../../foundation/is-record.ts"

export type ImageBuild = {
  /** `nodejs22.x` */
  runtime: string
  /** Relative to the build context, and to the task root. A target that ends with a slash is a folder. */
  copies: { sources: string[]; target: string }[]
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

type State = ImageBuild & { folder: string; variables: Map<string, string> }

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
  }
  for (const line of instructionsOf(text)) {
    const [, name = "", rest = ""] = /^(\S+)\s*(.*)$/s.exec(line) ?? []
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

/** Lines that end with a backslash go on in the next one; comments and empty lines are dropped. */
function instructionsOf(text: string): string[] {
  const lines = text.split(/\r?\n/).filter((line) => !/^\s*(#|$)/.test(line))
  return lines
    .join("\n")
    .replaceAll(/\\[ \t]*\n/g, " ")
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "")
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
      state.folder = posix.resolve(state.folder, substitute(rest, state))
    },
  ],
  [
    "ENV",
    (rest, state) => {
      for (const [name, value] of pairsOf(substitute(rest, state))) {
        state.variables.set(name, value)
        state.environment.push([name, value])
      }
    },
  ],
  [
    "ARG",
    (rest, state, buildArguments) => {
      const [, name = "", value = ""] = /^(\w+)(?:=(.*))?$/.exec(rest) ?? []
      const given = Object.hasOwn(buildArguments, name) ? buildArguments[name] : undefined
      state.variables.set(name, given ?? unquoted(substitute(value, state)))
    },
  ],
])

/** AWS: the base images of Lambda have the runtime as their name and its version as their tag (image-base) */
function readFrom(rest: string, state: State): void {
  if (state.runtime !== "") throw new UnservedImage("has several stages, which are not served without a container")
  const image = substitute(rest.replace(/^--platform=\S+\s+/, ""), state).split(/\s/)[0] ?? ""
  const [, language, version = ""] =
    /^(?:public\.ecr\.aws\/lambda\/|amazon\/aws-lambda-)(nodejs|python):(\d+(?:\.\d+)?)(?:[.-].*)?$/.exec(image) ?? []
  if (language === undefined) {
    const known = "public.ecr.aws/lambda/nodejs and public.ecr.aws/lambda/python with a version"
    throw new UnservedImage(`is based on ${image}. Only ${known} are served without a container`)
  }
  state.runtime = language === "nodejs" ? `nodejs${version.split(".")[0]}.x` : `python${version}`
}

function readCopy(rest: string, state: State): void {
  const flags = rest.match(/^(--\S+\s+)*/)?.[0] ?? ""
  if (/--from|--exclude|--parents/.test(flags)) {
    throw new UnservedImage(`has COPY ${flags.trim()}, which is not served without a container`)
  }
  const words = substitute(rest.slice(flags.length), state)
  const paths = listOf(words) ?? words.split(/\s+/).map(unquoted)
  const target = paths.pop() ?? ""
  if (paths.length === 0) throw new UnservedImage(`has COPY ${rest} without a target`)
  const absolute = posix.resolve(state.folder, target)
  const isFolder = target.endsWith("/") || target.endsWith(".") || absolute === TASK_ROOT || paths.length > 1
  if (absolute !== TASK_ROOT && !absolute.startsWith(`${TASK_ROOT}/`)) {
    throw new UnservedImage(`copies to ${absolute}, which is not in ${TASK_ROOT}`)
  }
  state.copies.push({ sources: paths, target: posix.relative(TASK_ROOT, absolute) + (isFolder ? "/" : "") })
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

/** The list of a JSON text; undefined for any other text. */
function listOf(text: string): string[] | undefined {
  if (!text.startsWith("[")) return undefined
  try {
    const list: unknown = JSON.parse(text)
    return Array.isArray(list) && list.every((one) => typeof one === "string") ? list : undefined
  } catch {
    return undefined
  }
}

function pairsOf(text: string): [string, string][] {
  if (!/^\w+=/.test(text)) {
    const [, name = "", value = ""] = /^(\w+)\s+(.*)$/.exec(text) ?? []
    return [[name, value]]
  }
  return [...text.matchAll(/(\w+)=("[^"]*"|'[^']*'|\S*)/g)].map(([, name = "", value = ""]) => [name, unquoted(value)])
}

function substitute(text: string, { variables }: State): string {
  return text.replaceAll(/\$\{(\w+)\}|\$(\w+)/g, (found, braced?: string, plain?: string) => {
    const value = variables.get(braced ?? plain ?? "")
    if (value === undefined) throw new UnservedImage(`uses ${found}, which has no value`)
    return value
  })
}

function unquoted(text: string): string {
  return text.replace(/^(["'])(.*)\1$/, "$2")
}

/** The build arguments of a template: texts by name. */
export function buildArgumentsOf(value: unknown): Record<string, string> {
  const entries = isRecord(value) ? Object.entries(value).map(([name, one]) => [name, String(one)] as const) : []
  return Object.fromEntries(entries)
}
