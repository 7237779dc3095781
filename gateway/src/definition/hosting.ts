// Static sites hosted behind CloudFront.
import type { Origin } from "./origin.ts"

/** A static site: what a bucket deployment puts into the bucket behind a CloudFront distribution. */
export type SiteDefinition = Origin & {
  /** `d111111abcdef8.cloudfront.net` */
  domainName: string
  /** In order; a later source's file replaces an earlier one's. */
  sources: SiteSource[]
  /** Path served for `/`. */
  defaultRootObject: string
  /** From the distribution's custom error responses: what single-page applications answer for unknown paths. */
  notFound?: { path: string; status: number }
}

/** `markers`: placeholders in the source's text files that the deployment replaces (bucket deployment's own mechanism). */
export type SiteSource = {
  path: string
  form: "folder" | "zip"
  markers: Record<string, string>
  /** Folder of the site that the source's files land in, without slashes at its ends. Absent: the root. */
  prefix?: string
}
