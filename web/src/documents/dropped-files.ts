// Collects the files of a drop or a paste, including those of folders.
export type DroppedFiles = {
  files: File[]
  /** How many files of folders were left out, because their type is not supported. */
  skipped: number
  /** Whether a folder has more files than are taken at once. */
  isTruncated: boolean
}

/** The subset of `FileSystemEntry` that is used here. */
export type Entry =
  | { isFile: true; isDirectory: false; file(found: (file: File) => void, failed: () => void): void }
  | { isFile: false; isDirectory: true; createReader(): EntryReader }

type EntryReader = { readEntries(found: (entries: Entry[]) => void, failed: () => void): void }

/** Whether a file of this name is taken from a folder. */
type IsSupported = (name: string) => boolean

export const maxFilesOfFolders = 500

/** Must be called during the event: afterwards the browser empties its data. */
export function filesOf(data: DataTransfer, isSupported: IsSupported): Promise<DroppedFiles> {
  const items = [...data.items].filter(({ kind }) => kind === "file")
  const entries = items.map((item) => item.webkitGetAsEntry() as Entry | null)
  if (!entries.some((entry) => entry?.isDirectory)) {
    return Promise.resolve({ files: [...data.files], skipped: 0, isTruncated: false })
  }
  return filesOfEntries(
    entries.filter((entry) => entry !== null),
    isSupported,
  )
}

/** Takes every file that was chosen itself, and the supported ones of folders. */
export async function filesOfEntries(entries: readonly Entry[], isSupported: IsSupported): Promise<DroppedFiles> {
  const result: DroppedFiles = { files: [], skipped: 0, isTruncated: false }
  const folders: Entry[] = []
  for (const entry of entries) {
    if (!entry.isFile) folders.push(entry)
    else result.files.push(...(await fileOf(entry)))
  }
  for (let folder = folders.shift(); folder !== undefined; folder = folders.shift()) {
    for (const entry of await childrenOf(folder)) {
      if (!entry.isFile) folders.push(entry)
      else await takeSupported(entry, result, isSupported)
      if (result.isTruncated) return result
    }
  }
  return result
}

async function takeSupported(entry: Entry, result: DroppedFiles, isSupported: IsSupported): Promise<void> {
  for (const file of await fileOf(entry)) {
    // Files of the system, such as .DS_Store, are not counted.
    if (file.name.startsWith(".")) continue
    if (!isSupported(file.name)) result.skipped++
    else if (result.files.length >= maxFilesOfFolders) result.isTruncated = true
    else result.files.push(file)
  }
}

/** An unreadable file is left out. */
function fileOf(entry: Entry): Promise<File[]> {
  return new Promise((resolve) => {
    if (entry.isFile)
      entry.file(
        (file) => resolve([file]),
        () => resolve([]),
      )
    else resolve([])
  })
}

async function childrenOf(entry: Entry): Promise<Entry[]> {
  if (!entry.isDirectory) return []
  const reader = entry.createReader()
  const children: Entry[] = []
  // A reader returns at most 100 entries at a time, and none at the end.
  for (;;) {
    const next = await new Promise<Entry[]>((resolve) => reader.readEntries(resolve, () => resolve([])))
    if (next.length === 0) return children
    children.push(...next)
  }
}
