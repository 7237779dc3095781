// Reads a cloud assembly: what `cdk synth` writes.
// AWS: an assembly has a manifest and an asset manifest with a published schema (template-assembly)

import { readFile } from "node:fs/promises"
import { dirname, extname, join } from "node:path"
import { GatewayError } from "../../foundation/errors.ts"
import { isRecord } from "../../foundation/is-record.ts"
import { parseJson, readTemplate } from "./read-template.ts"
import type { AssetFile, Stack } from "./stack.ts"

export const defaultRegion = "us-east-1"
export const defaultAccountId = "000000000000"

export type AssemblyOptions = { region?: string; accountId?: string; parameters?: Record<string, string> }

type Artifact = {
  type: string
  environment?: string
  properties?: Record<string, unknown>
  displayName?: string
  metadata?: Metadata
}
type Metadata = Record<string, { type: string; data?: unknown }[]>

/** Every stack of the assembly in `folder` and of the assemblies inside it (CDK stages), in the manifest's order. */
export async function readAssembly(folder: string, options: AssemblyOptions): Promise<Stack[]> {
  const path = join(folder, "manifest.json")
  const manifest = parseJson(await readFile(path, "utf8"), path)
  if (!isRecord(manifest) || !isRecord(manifest.artifacts)) {
    const hint = "Run `npm run synth` (or `cdk synth`) again, then give the folder that it writes."
    throw new GatewayError("TEMPLATE_UNREADABLE", `${path} is no cloud assembly's manifest: it has no artifacts.`, {
      hint,
    })
  }
  const artifacts = Object.entries(manifest.artifacts as Record<string, Artifact>)
  const assets = new Map<string, AssetFile>()
  for (const [, artifact] of artifacts) {
    if (artifact.type !== "cdk:asset-manifest") continue
    for (const [key, file] of await readAssetManifest(join(folder, String(artifact.properties?.file))))
      assets.set(key, file)
  }
  const stacks: Stack[] = []
  for (const [id, artifact] of artifacts) {
    if (artifact.type === "cdk:cloud-assembly") {
      stacks.push(...(await readAssembly(join(folder, String(artifact.properties?.directoryName)), options)))
    }
    if (artifact.type === "aws:cloudformation:stack")
      stacks.push(await readStack(folder, id, artifact, assets, options))
  }
  return stacks
}

async function readStack(
  folder: string,
  id: string,
  artifact: Artifact,
  assets: Map<string, AssetFile>,
  options: AssemblyOptions,
): Promise<Stack> {
  const { templateFile, stackName, additionalMetadataFile } = { ...artifact.properties, ...artifact } as Record<
    string,
    unknown
  >
  const path = join(folder, String(templateFile))
  const more = typeof additionalMetadataFile === "string" ? join(folder, additionalMetadataFile) : undefined
  const metadata = more ? (parseJson(await readFile(more, "utf8"), more) as Metadata) : (artifact.metadata ?? {})
  const [, account, region] = /^aws:\/\/([^/]+)\/(.+)$/.exec(artifact.environment ?? "") ?? []
  return {
    stackName: typeof stackName === "string" ? stackName : id,
    body: readTemplate(await readFile(path, "utf8"), path),
    region: options.region ?? (region && region !== "unknown-region" ? region : defaultRegion),
    accountId: options.accountId ?? (account && account !== "unknown-account" ? account : defaultAccountId),
    folder,
    assets,
    constructPaths: constructPathsIn(metadata),
    parameters: options.parameters ?? {},
  }
}

function constructPathsIn(metadata: Metadata): Record<string, string> {
  const paths: Record<string, string> = {}
  for (const [path, entries] of Object.entries(metadata)) {
    for (const { type, data } of entries) {
      if (type === "aws:cdk:logicalId" && typeof data === "string") paths[data] = path.replace(/^\//, "")
    }
  }
  return paths
}

/** Object key -> file, from a `*.assets.json`. */
export async function readAssetManifest(path: string): Promise<Map<string, AssetFile>> {
  const manifest = parseJson(await readFile(path, "utf8"), path)
  const assets = new Map<string, AssetFile>()
  for (const file of Object.values(isRecord(manifest) && isRecord(manifest.files) ? manifest.files : {})) {
    const { source, destinations } = file as {
      source: { path?: string; packaging?: string }
      destinations: Record<string, { objectKey: string }>
    }
    if (!source.path) continue
    const form = source.packaging === "zip" ? "folder" : extname(source.path) === ".zip" ? "zip" : "file"
    for (const { objectKey } of Object.values(destinations)) {
      assets.set(objectKey, { path: join(dirname(path), source.path), form })
    }
  }
  return assets
}
