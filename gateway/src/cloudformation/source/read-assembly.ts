// Reads a cloud assembly, the folder that `cdk synth` writes.
// AWS: an assembly has a manifest and an asset manifest with a published schema (template-assembly)
import { dirname, extname, join } from "node:path"
import { GatewayError } from "../../foundation/errors.ts"
import { isRecord } from "../../foundation/is-record.ts"
import { readSourceFile } from "./read-source-file.ts"
import { parseJsonFile, readAssemblyTemplate } from "./read-template.ts"
import type { AssetFile, Stack } from "./stack.ts"

export const defaultRegion = "us-east-1"
export const defaultAccountId = "000000000000"

export type AssemblyOptions = {
  /** Where a template is deployed that does not name it. */
  region?: string | undefined
  accountId?: string | undefined
  /** Of the stack of a template file. */
  stackName?: string | undefined
  parameters?: Readonly<Record<string, string>> | undefined
}

type Artifact = {
  type: string
  environment?: string
  properties?: Record<string, unknown>
  stackName?: string
  additionalMetadataFile?: string
  metadata?: Metadata
}
type Metadata = Record<string, { type: string; data?: unknown }[]>

/** Every stack of the assembly in `folder` and of the assemblies inside it (CDK stages), in the manifest's order. */
export async function readAssembly(folder: string, options: AssemblyOptions): Promise<Stack[]> {
  const path = join(folder, "manifest.json")
  const manifest = parseJsonFile(await readSourceFile(path), path)
  if (!isRecord(manifest) || !isRecord(manifest.artifacts)) {
    const hint = "Run `cdk synth` again, then give the folder that it writes."
    throw new GatewayError("TEMPLATE_UNREADABLE", `${path} is not the manifest of a cloud assembly: no artifacts.`, {
      hint,
    })
  }
  const artifacts = Object.entries(manifest.artifacts as Record<string, Artifact>)
  const assets = await assetsOf(
    folder,
    artifacts.map(([, artifact]) => artifact),
  )
  const stacks: Stack[] = []
  for (const [id, artifact] of artifacts) {
    if (artifact.type === "cdk:cloud-assembly") {
      stacks.push(...(await readAssembly(join(folder, String(artifact.properties?.directoryName)), options)))
    }
    if (artifact.type === "aws:cloudformation:stack")
      stacks.push(await readStack({ id, artifact, folder, assets, options }))
  }
  return stacks
}

async function assetsOf(folder: string, artifacts: Artifact[]): Promise<Map<string, AssetFile>> {
  const manifests = artifacts.filter(({ type }) => type === "cdk:asset-manifest")
  const maps = await Promise.all(
    manifests.map(({ properties }) => readAssetManifest(join(folder, String(properties?.file)))),
  )
  return new Map(maps.flatMap((map) => [...map]))
}

type StackArtifact = {
  id: string
  artifact: Artifact
  folder: string
  assets: ReadonlyMap<string, AssetFile>
  options: AssemblyOptions
}

async function readStack({ id, artifact, folder, assets, options }: StackArtifact): Promise<Stack> {
  const { templateFile, stackName = artifact.stackName } = artifact.properties ?? {}
  const path = join(folder, String(templateFile))
  const metadata = await metadataOf(artifact, folder)
  const legacy = legacyAssetsIn(metadata, folder)
  const [, account, region] = /^aws:\/\/([^/]+)\/(.+)$/.exec(artifact.environment ?? "") ?? []
  return {
    stackName: typeof stackName === "string" ? stackName : id,
    template: readAssemblyTemplate(await readSourceFile(path), path, options.parameters),
    region: region && region !== "unknown-region" ? region : (options.region ?? defaultRegion),
    accountId: account && account !== "unknown-account" ? account : (options.accountId ?? defaultAccountId),
    folder,
    assets: new Map([...assets, ...legacy.assets]),
    constructPaths: constructPathsIn(metadata),
    parameters: new Map([...legacy.parameters, ...Object.entries(options.parameters ?? {})]),
  }
}

/** Newer assemblies keep a stack's metadata in a file, older ones in the manifest. */
async function metadataOf(artifact: Artifact, folder: string): Promise<Metadata> {
  const file = artifact.properties?.additionalMetadataFile ?? artifact.additionalMetadataFile
  if (typeof file !== "string") return artifact.metadata ?? {}
  const path = join(folder, file)
  return parseJsonFile(await readSourceFile(path), path) as Metadata
}

function constructPathsIn(metadata: Metadata): Map<string, string> {
  const paths = new Map<string, string>()
  for (const [path, entries] of Object.entries(metadata)) {
    for (const { type, data } of entries) {
      if (type === "aws:cdk:logicalId" && typeof data === "string") paths.set(data, path.replace(/^\//, ""))
    }
  }
  return paths
}

/**
 * Assets of CDK 1, whose templates have the location of each asset as parameters.
 * AWS: the key parameter has the form `{prefix}||{file}` (template-assembly)
 */
function legacyAssetsIn(metadata: Metadata, folder: string) {
  const assets = new Map<string, AssetFile>()
  const parameters = new Map<string, string>()
  for (const { type, data } of Object.values(metadata).flat()) {
    if (type !== "aws:cdk:asset" || !isRecord(data) || typeof data.s3KeyParameter !== "string") continue
    const path = String(data.path)
    const hash = String(data.sourceHash ?? data.id)
    const key = `${hash}${data.packaging === "zip" ? ".zip" : extname(path)}`
    assets.set(key, { path: join(folder, path), form: assetForm(data.packaging, path) })
    parameters.set(data.s3KeyParameter, `||${key}`)
    parameters.set(String(data.s3BucketParameter), "cdk-assets")
    parameters.set(String(data.artifactHashParameter), hash)
  }
  return { assets, parameters }
}

/** The files of an asset manifest (`*.assets.json`), by object key. */
export async function readAssetManifest(path: string): Promise<Map<string, AssetFile>> {
  const manifest = parseJsonFile(await readSourceFile(path), path)
  const assets = new Map<string, AssetFile>()
  for (const file of Object.values(isRecord(manifest) && isRecord(manifest.files) ? manifest.files : {})) {
    const { source, destinations } = file as {
      source: { path?: string; packaging?: string }
      destinations: Record<string, { objectKey: string }>
    }
    if (!source.path) continue
    const form = assetForm(source.packaging, source.path)
    for (const { objectKey } of Object.values(destinations)) {
      assets.set(objectKey, { path: join(dirname(path), source.path), form })
    }
  }
  return assets
}

/** `packaging: "zip"` asks the deployment to archive a folder, so here the folder itself is the asset. */
function assetForm(packaging: unknown, path: string): AssetFile["form"] {
  if (packaging === "zip") return "folder"
  return extname(path) === ".zip" ? "zip" : "file"
}
