// The corpus: some ninety small files of every format that is read, made from texts that were written for it.
import type { CorpusFile } from "./corpus-file.ts"
import { officeFiles } from "./office-files.ts"
import { pdfFiles } from "./pdf-files.ts"
import { textFiles } from "./text-files.ts"

export const corpus: readonly CorpusFile[] = [...textFiles, ...pdfFiles, ...officeFiles]
