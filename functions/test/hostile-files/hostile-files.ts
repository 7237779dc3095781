// 200 files that are made to exhaust what reads them, each with the outcome that it must have.
import { hostileDocx } from "./hostile-docx.ts"
import type { HostileFile } from "./hostile-file.ts"
import { hostilePdfs } from "./hostile-pdf.ts"
import { hostileTexts } from "./hostile-texts.ts"

/** @param scale 1 for the full sizes, up to the limit of an upload; smaller for a quick run */
export function hostileFiles(scale = 1): HostileFile[] {
  return [
    ...hostilePdfs(scale),
    ...hostileDocx(Math.floor(50_000_000 * scale)),
    ...hostileTexts(Math.floor(20_000_000 * scale)),
  ]
}
