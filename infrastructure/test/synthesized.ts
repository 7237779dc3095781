// Synthesizes the whole app in this process for the template tests, with CloudFormation references as text.
import { createHash } from "node:crypto"
import { existsSync, renameSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { CloudAssembly } from "aws-cdk-lib/cx-api"
import { type BuiltApp, buildTestApp } from "./build-test-app.ts"
import { temporaryFolder } from "./temporary-folder.ts"

/** A resource whose references are text: `<DocumentsTable.Arn>`, also across stacks. */
export type Resource = {
  id: string
  Type: string
  // biome-ignore lint/suspicious/noExplicitAny: a test reads the properties it expects, and fails when they are missing
  Properties: any
  DependsOn?: string[]
  DeletionPolicy?: string
}

type Json = string | number | boolean | null | Json[] | { [key: string]: Json }
type Template = {
  Resources: Record<string, Omit<Resource, "id">>
  Outputs?: Record<string, { Value: Json; Export?: { Name: string } }>
}

export type Synthesized = ReturnType<typeof synthesized>

const assemblies = new Map<string, CloudAssembly>()

/**
 * The app of one environment, with `-c key=value` overrides, a page of one file, and functions that are not bundled. It is
 * synthesized once per run of the tests.
 */
export function synthesized(envName: string, overrides: Record<string, string> = {}) {
  const key = JSON.stringify([envName, Object.entries(overrides).sort()])
  const assembly = assemblies.get(key) ?? openAssembly(key, envName, overrides)
  assemblies.set(key, assembly)
  return readerOf(assembly, envName)
}

/** The same with a change before the synthesis. */
export function synthesizedWith(envName: string, change: (built: BuiltApp) => void) {
  return readerOf(new CloudAssembly(synthesizeTo(temporaryFolder(), envName, {}, change)), envName)
}

/** Reads the assembly of another worker, or synthesizes it for the others, too. */
function openAssembly(key: string, envName: string, overrides: Record<string, string>): CloudAssembly {
  const shared = join(tmpdir(), `synthesized-${createHash("sha256").update(key).digest("hex")}`)
  if (existsSync(shared)) return new CloudAssembly(shared)
  const outdir = synthesizeTo(temporaryFolder(), envName, overrides)
  try {
    renameSync(outdir, shared)
    return new CloudAssembly(shared)
  } catch {
    // Another worker was faster.
    return new CloudAssembly(outdir)
  }
}

function synthesizeTo(
  outdir: string,
  envName: string,
  overrides: Record<string, string>,
  change: (built: BuiltApp) => void = () => {},
): string {
  const built = buildTestApp({ outdir, settings: { ...overrides, env: envName } })
  change(built)
  built.app.synth()
  return outdir
}

/** Finds the resources of an assembly. */
function readerOf({ stacks, directory: outdir }: CloudAssembly, envName: string) {
  const exported = new Map<string, Json>()
  for (const { template } of stacks) {
    for (const { Export, Value } of Object.values((template as Template).Outputs ?? {})) {
      if (Export) exported.set(Export.Name, Value)
    }
  }
  const asText = (json: Json) => toText(json, exported)

  /** A stack's template by the last part of its name. */
  function template(component: string): {
    resources: Resource[]
    outputs: Record<string, { Value: string; Export: { Name: string } }>
  } {
    const stack = stacks.find(({ stackName }) => stackName === `document-insight-${envName}-${component}`)
    if (!stack)
      throw new Error(`There is no stack ${component}: there are ${stacks.map((each) => each.stackName).join(", ")}`)
    const { Resources, Outputs = {} } = stack.template as Template
    return {
      resources: Object.entries(Resources).map(([id, resource]) => {
        const dependsOn = [resource.DependsOn ?? []].flat().map(readable)
        return { ...(asText(resource as never) as never as Resource), id: readable(id), DependsOn: dependsOn }
      }),
      outputs: asText(Outputs as never) as never,
    }
  }

  function all(component: string, type: string): Resource[] {
    return template(component).resources.filter((resource) => resource.Type === type)
  }

  function one(component: string, type: string, id?: string): Resource {
    const found = all(component, type).filter((resource) => id === undefined || resource.id === id)
    if (found.length === 1) return found[0] as Resource
    throw new Error(
      `Expected one ${type} ${id ?? ""} in ${component}, found ${
        all(component, type)
          .map((each) => each.id)
          .join(", ") || "none"
      }`,
    )
  }

  return { stacks, outdir, template, all, one }
}

/** Settings of prod without sign-in, for tests of what does not depend on it; sign-in.test.ts has the rest. */
export const withoutSignIn = { sign_in: "none", allow_anonymous: "true", alarm_email: "ops@example.com" }

function toText(json: Json, exported: Map<string, Json>): Json {
  const again = (part: Json) => toText(part, exported)
  if (Array.isArray(json)) return json.map(again)
  if (json === null || typeof json !== "object") return json
  const [[key, value] = ["", ""], ...others] = Object.entries(json)
  if (others.length === 0) {
    if (key === "Ref") return `<${readable(value as string)}>`
    if (key === "Fn::GetAtt") return `<${readable((value as string[])[0] as string)}.${(value as string[])[1]}>`
    if (key === "Fn::Sub") return (value as string).replaceAll(/\$\{([^}]+)\}/g, "<$1>")
    if (key === "Fn::Join") return (again((value as Json[])[1] as Json) as string[]).join((value as string[])[0])
    if (key === "Fn::ImportValue") return again(exported.get(value as string) ?? `(no export ${value})`)
  }
  return Object.fromEntries(Object.entries(json).map(([name, part]) => [name, again(part)]))
}

/** Without the digest of the construct's path that CDK appends to logical ids. */
function readable(logicalId: string): string {
  return logicalId.replace(/[0-9A-F]{8}$/, "")
}
