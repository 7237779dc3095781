// Reads static sites: the files that CDK's bucket deployments put into the origin of a CloudFront distribution.
import type { SiteDefinition, SiteSource } from "../../definition/site.ts"
import { isRecord } from "../../foundation/is-record.ts"
import { recordFrom } from "../../foundation/record-from.ts"
import { withoutUndefined } from "../../foundation/without-undefined.ts"
import type { Properties } from "../resolve/properties.ts"
import type { ResolvedTemplate } from "../resolve/resolve-template.ts"
import type { Resource } from "../resolve/resource.ts"
import { findAsset } from "./function-code.ts"

export function readSites(template: ResolvedTemplate): SiteDefinition[] {
  const buckets = new Map<string, string>()
  for (const bucket of template.ofType("AWS::S3::Bucket")) {
    for (const name of ["RegionalDomainName", "DomainName"]) buckets.set(bucket.attribute(name), bucket.ref)
  }
  const deployments = template.ofType("Custom::CDKBucketDeployment")
  const distributions = template.ofType("AWS::CloudFront::Distribution").map((distribution) => {
    const config = distribution.properties.object("DistributionConfig")
    const names = config?.objects("Origins").flatMap((one) => buckets.get(one.text("DomainName") ?? "") ?? [])
    return { distribution, config, bucketNames: new Set(names) }
  })
  const sites: SiteDefinition[] = []
  for (const { distribution, config, bucketNames } of distributions) {
    const sources = deployments
      .filter(({ properties }) => bucketNames.has(properties.text("DestinationBucketName") ?? ""))
      .flatMap(sourcesOf)
    if (!config || sources.length === 0) {
      distribution.notice("No bucket deployment has files for its origin, so this distribution is not served.")
    } else if (sites.length > 0) {
      distribution.notice("Only the first distribution with files is served, so this one is not.")
    } else sites.push(readSite(distribution, config, sources))
  }
  for (const deployment of deployments) {
    const bucketName = deployment.properties.text("DestinationBucketName") ?? ""
    if (distributions.some(({ bucketNames }) => bucketNames.has(bucketName))) continue
    deployment.notice("Its files are not put into the bucket, which is not the origin of a distribution.")
  }
  return sites
}

function readSite(distribution: Resource, config: Properties, sources: SiteSource[]): SiteDefinition {
  return {
    ...distribution.origin,
    domainName: distribution.attribute("DomainName"),
    sources,
    defaultRootObject: config.text("DefaultRootObject") ?? "index.html",
    ...withoutUndefined({ notFound: notFoundPage(config) }),
  }
}

function sourcesOf(deployment: Resource): SiteSource[] {
  const { properties, stack } = deployment
  const prefix = (properties.text("DestinationBucketKeyPrefix") ?? "").replace(/^\/|\/$/g, "")
  const markers = properties.objects("SourceMarkers")
  const markersConfig = properties.objects("SourceMarkersConfig")
  return properties.texts("SourceObjectKeys").flatMap((key, index) => {
    const asset = findAsset(stack, key)
    if (!asset) return deployment.notice(`The asset ${key} is not on this machine, so its files are missing.`) ?? []
    if (asset.form !== "folder") {
      return deployment.notice(`The archive ${asset.path} is not unpacked, so its files are missing.`) ?? []
    }
    const source: SiteSource = { path: asset.path, markers: encodedMarkers(markers[index], markersConfig[index]) }
    if (prefix !== "") source.prefix = prefix
    return [source]
  })
}

/** AWS: a marker becomes plain text, or a JSON string for a JSON source (template-bucket-deployment) */
function encodedMarkers(markers: Properties | undefined, config: Properties | undefined): Record<string, string> {
  const encodings = config?.map("markerEncodings") ?? recordFrom([])
  const defaultEncoding = config?.flag("jsonEscape") ? "UNQUOTED_JSON_VALUE" : "LITERAL"
  const encode = (name: string): string => {
    const value = markers?.value(name)
    const json = JSON.stringify(value)
    switch (encodings[name] ?? defaultEncoding) {
      case "JSON_VALUE":
        return json
      case "UNQUOTED_JSON_VALUE":
        return typeof value === "string" ? json.slice(1, -1) : json
      case "YAML_STRING":
        return isPlainYaml(String(value)) ? String(value) : json
      default:
        return isRecord(value) ? json : String(value)
    }
  }
  return recordFrom((markers?.names() ?? []).map((name) => [name, encode(name)]))
}

function isPlainYaml(text: string): boolean {
  return /^[A-Za-z][A-Za-z0-9._-]*$/.test(text) && !/^(y|n|yes|no|true|false|on|off|null)$/i.test(text)
}

function notFoundPage(config: Properties): SiteDefinition["notFound"] {
  // S3 responds to a missing object with 403 when listing is not allowed, so single-page applications handle both.
  const response = config
    .objects("CustomErrorResponses")
    .find((one) => [403, 404].includes(one.number("ErrorCode") ?? 0))
  const path = response?.text("ResponsePagePath")
  return path === undefined ? undefined : { path, status: response?.number("ResponseCode") ?? 200 }
}
