// Watches a file, or a folder with all its subfolders. On Linux the recursive `fs.watch` of Node.js misses changes of a
// file after another file was renamed over it, which is how most editors save; one watcher per folder does not.
import { type FSWatcher, readdirSync, statSync, watch } from "node:fs"
import { basename, dirname, join } from "node:path"

export type TreeWatcher = { close(): void }

export type TreeEvents = {
  onChange(path: string): void
  onFailure(error: NodeJS.ErrnoException): void
}

/**
 * @param path a file, or a folder with everything in it except `node_modules`, `__pycache__` and names that start with a
 * dot. It may be removed and created again.
 * @param events.onChange receives the path that was written, created or removed
 * @param events.onFailure receives the error of a folder that exists and cannot be watched, as over the limit of inotify
 */
export function watchTree(path: string, { onChange, onFailure }: TreeEvents): TreeWatcher {
  const watchers = new Map<string, FSWatcher>()
  const onParent = (name: string) => {
    if (name === basename(path)) changed(path)
  }
  const parent = watchFolder(dirname(path), onParent, onFailure)
  if (isFolder(path)) add(path)

  function changed(file: string): void {
    const exists = isFolder(file)
    if (exists) add(file)
    else remove(file)
    onChange(file)
  }

  function add(folder: string): void {
    // The watcher of a folder that was removed reports nothing about a new folder of the same name.
    remove(folder)
    const watcher = watchFolder(folder, (name) => changed(join(folder, name)), onFailure)
    if (!watcher) return
    watchers.set(folder, watcher)
    for (const entry of entriesOf(folder)) {
      if (entry.isDirectory() && !isSkipped(entry.name)) add(join(folder, entry.name))
    }
  }

  function remove(folder: string): void {
    for (const [watched, watcher] of watchers) {
      if (watched !== folder && !watched.startsWith(join(folder, "/"))) continue
      watcher.close()
      watchers.delete(watched)
    }
  }

  return {
    close() {
      parent?.close()
      for (const watcher of watchers.values()) watcher.close()
      watchers.clear()
    },
  }
}

/** @returns undefined when the folder cannot be watched. One that is removed already is reported by the watcher of its parent. */
function watchFolder(
  folder: string,
  onName: (name: string) => void,
  onFailure: TreeEvents["onFailure"],
): FSWatcher | undefined {
  try {
    const watcher = watch(folder, (_, name) => {
      if (name !== null && !isSkipped(name)) onName(name)
    })
    // On Windows, for a folder that is removed.
    return watcher.on("error", () => watcher.close())
  } catch (error) {
    const failure = error as NodeJS.ErrnoException
    if (failure.code !== "ENOENT" && failure.code !== "ENOTDIR") onFailure(failure)
    return undefined
  }
}

function isSkipped(name: string): boolean {
  return name === "node_modules" || name === "__pycache__" || name.startsWith(".")
}

function isFolder(path: string): boolean {
  try {
    return statSync(path).isDirectory()
  } catch {
    // It is removed already, or is a symbolic link that leads to itself.
    return false
  }
}

function entriesOf(folder: string) {
  try {
    return readdirSync(folder, { withFileTypes: true })
  } catch {
    // Removed already.
    return []
  }
}
