// Reads a function of a container image: the files and the handler that its Dockerfile names.
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs"
import { basename, dirname, isAbsolute, join, relative } from "node:path"
import type { FunctionCode } from "../../definition/lambda.ts"
import { recordFrom } from "../../foundation/record-from.ts"
import type { Resource } from "../resolve/resource.ts"
import { type BuildStage, pathInContext } from "./build-stages.ts"
import { buildArgumentsOf, type ImageBuild, readDockerfile, UnservedImage } from "./read-dockerfile.ts"

export type ImageFunction = {
  runtime: string
  handler: string
  code: FunctionCode
  /** Of the image: the function's own variables replace them. */
  environment: Record<string, string>
  /** What has to be installed by hand. */
  advice: string | undefined
}

type Context = { folder: string; dockerfile: string; buildArguments: Record<string, string>; buildTarget: unknown }

export function isImage({ properties }: Resource): boolean {
  // In a template that `aws cloudformation package` reads, a text is the path of the code.
  if (typeof properties.value("Code") === "string") return false
  return properties.text("PackageType") === "Image" || properties.object("Code")?.text("ImageUri") !== undefined
}

/** @returns a sentence when the image cannot run here */
export function readImage(resource: Resource): ImageFunction | string {
  const context = contextOf(resource)
  if (!context) return "Its container image is not built here: the template names no folder with a Dockerfile."
  const path = join(context.folder, context.dockerfile)
  if (!existsSync(path)) return `Its Dockerfile is not at ${path}.`
  try {
    if (context.buildTarget !== undefined) throw new UnservedImage("is built up to a stage, which is not served")
    const build = readDockerfile(readFileSync(path, "utf8"), context.buildArguments)
    return imageFunction(resource, context, build)
  } catch (error) {
    if (!(error instanceof UnservedImage)) throw error
    return `Its Dockerfile ${path} ${error.message}, so calls to it fail.`
  }
}

/** Of SAM, or of the assets of CDK. */
function contextOf({ properties, stack, logicalId }: Resource): Context | undefined {
  const metadata = stack.template.resources.get(logicalId)?.Metadata ?? {}
  const code = properties.object("Code")
  const ofSam = code?.text("DockerContext")
  const ofCdk = metadata["aws:asset:path"]
  const local = ofSam ?? (typeof ofCdk === "string" ? ofCdk : undefined)
  if (local === undefined || stack.folder === undefined) return undefined
  const folder = isAbsolute(local) ? local : join(stack.folder, local)
  const ofAsset = ofSam === undefined ? metadata : {}
  return {
    folder,
    dockerfile: code?.text("Dockerfile") ?? String(ofAsset["aws:asset:dockerfile-path"] ?? "Dockerfile"),
    buildArguments: buildArgumentsOf(code?.value("DockerBuildArgs") ?? ofAsset["aws:asset:docker-build-args"]),
    buildTarget: code?.value("DockerBuildTarget") ?? ofAsset["aws:asset:docker-build-target"],
  }
}

function imageFunction({ properties }: Resource, { folder }: Context, build: ImageBuild): ImageFunction {
  const config = properties.object("ImageConfig")
  if ((config?.texts("EntryPoint").length ?? 0) > 0 || config?.text("WorkingDirectory") !== undefined) {
    throw new UnservedImage("is used with an EntryPoint or a WorkingDirectory of ImageConfig, which are not served")
  }
  // AWS: the command of the function replaces that of the image (image-command)
  const command = config && config.texts("Command").length > 0 ? config.texts("Command") : build.command
  const [handler] = command
  if (handler === undefined || command.length > 1 || !handler.includes(".")) {
    throw new UnservedImage(
      `has the command ${JSON.stringify(command)}, which is not a handler such as ["app.handler"]`,
    )
  }
  const files = build.copies.flatMap(({ sources, target, stage }) =>
    sources.flatMap((source) =>
      stage ? copiesOfStage(folder, source, { target, stage }) : copiesOf(folder, source, target),
    ),
  )
  return {
    runtime: build.runtime,
    handler,
    code: { form: "image", path: folder, files },
    environment: recordFrom(build.environment),
    advice: adviceOf(folder, build),
  }
}

type Copy = { from: string; to: string }

/** What a stage builds is in the build context when its commands were run there. */
function copiesOfStage(
  folder: string,
  source: string,
  { target, stage }: { target: string; stage: BuildStage },
): Copy[] {
  const isFolder = (path: string) => statSync(join(folder, path), { throwIfNoEntry: false })?.isDirectory() === true
  const path = pathInContext(stage, source, isFolder)
  if (path === undefined) {
    throw new UnservedImage(`copies ${source} of a stage, where no files of ${folder} are`)
  }
  if (matching(join(folder, path)).length === 0) {
    const commands = stage.commands.join("; ")
    throw new UnservedImage(
      `copies ${path} of a stage, which is in ${folder} only after this was run there: ${commands}`,
    )
  }
  return copiesOf(folder, path, target)
}

/** A folder is copied with its contents, a file into a folder or to a name. */
function copiesOf(folder: string, source: string, target: string): Copy[] {
  const paths = matching(join(folder, source))
  if (paths.length === 0) throw new UnservedImage(`copies ${source}, which is not in ${folder}`)
  return paths.map((from) => {
    if (relative(folder, from).startsWith("..")) throw new UnservedImage(`copies ${source}, which is not in ${folder}`)
    const isNamed = statSync(from).isFile() && (target.endsWith("/") || target === "")
    return { from, to: isNamed ? join(target, basename(from)) : target }
  })
}

/** Of a path whose last part can have `*` and `?`. */
function matching(path: string): string[] {
  if (!/[*?]/.test(basename(path))) return existsSync(path) ? [path] : []
  const parent = dirname(path)
  const pattern = basename(path).replaceAll(/[.+^${}()|[\]\\]/g, "\\$&")
  const matches = new RegExp(`^${pattern.replaceAll("*", "[^/]*").replaceAll("?", "[^/]")}$`)
  const names = existsSync(parent) ? readdirSync(parent) : []
  return names.filter((name) => matches.test(name)).map((name) => join(parent, name))
}

function adviceOf(folder: string, { runtime, installs: ofImage, copies }: ImageBuild): string | undefined {
  const stages = new Set(copies.flatMap(({ stage }) => stage ?? []))
  const ofStages = [...stages].flatMap(({ commands }) =>
    commands.filter((command) => /\bpip3? install\b/.test(command)),
  )
  const installs = [...ofImage, ...ofStages]
  if (installs.length === 0 || (runtime.startsWith("nodejs") && existsSync(join(folder, "node_modules"))))
    return undefined
  return `The commands of its Dockerfile are not run. Install its packages first: ${installs.join("; ")} (in ${folder}).`
}
