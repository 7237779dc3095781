// Static sites behind CloudFront.
import type { Origin } from "./origin.ts"

/** A static site: the files that a bucket deployment copies to the bucket behind a CloudFront distribution. */
export type SiteDefinition = Origin & {
  /** `d111111abcdef8.cloudfront.net` */
  domainName: string
  /** In order: a file of a later source replaces one of an earlier source. */
  sources: SiteSource[]
  /** Path served for `/`. */
  defaultRootObject: string
  /** The distribution's custom error response, with which single-page applications respond to unknown paths. */
  notFound?: { path: string; status: number }
}

/** `markers`: placeholders in the text files of the source, which the bucket deployment replaces. */
export type SiteSource = {
  /** A folder. */
  path: string
  markers: Record<string, string>
  /** Folder of the site for the source's files, without slashes at its ends. Absent: the root. */
  prefix?: string
}
