// The watcher of a file or folder, with real files and the ways in which editors write them.
import { mkdirSync, mkdtempSync, renameSync, rmSync, symlinkSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { describe, expect, onTestFinished, test } from "vitest"
import { watchTree } from "./watch-tree.ts"

/** A folder of its own, and the paths that its watcher reports. */
function watching(path = "source", prepare: (folder: string) => void = () => {}) {
  const folder = mkdtempSync(join(tmpdir(), "watch-tree-"))
  mkdirSync(join(folder, "source"))
  prepare(folder)
  const reported: string[] = []
  let wake = () => {}
  const failures: (string | undefined)[] = []
  const watcher = watchTree(join(folder, path), {
    onChange(changed) {
      reported.push(changed.slice(folder.length + 1))
      wake()
    },
    onFailure: ({ code }) => void failures.push(code),
  })
  onTestFinished(() => {
    watcher.close()
    rmSync(folder, { recursive: true, force: true })
  })
  const write = (name: string, text = "text") => writeFileSync(join(folder, name), text)
  /** Resolves when the path is reported, then forgets what was reported. */
  async function untilReported(name: string): Promise<string[]> {
    while (!reported.includes(name)) {
      await new Promise<void>((resolve) => {
        wake = resolve
      })
    }
    return reported.splice(0)
  }
  return { folder, watcher, reported, failures, write, untilReported }
}

describe("a folder", () => {
  test("reports a file that is created, written and removed", async () => {
    const { folder, write, untilReported } = watching()
    write("source/a.ts")
    await untilReported("source/a.ts")
    write("source/a.ts", "other")
    await untilReported("source/a.ts")
    rmSync(join(folder, "source/a.ts"))
    await untilReported("source/a.ts")
  })

  test("reports a symbolic link that leads to itself", async () => {
    const { folder, failures, untilReported } = watching()
    symlinkSync("loop", join(folder, "source/loop"))
    await untilReported("source/loop")
    expect(failures).toEqual([])
  })

  test("reports a file again after another file was renamed over it", async () => {
    const { folder, write, untilReported } = watching("source", (created) => {
      writeFileSync(join(created, "source/a.ts"), "1")
    })
    write("other.ts", "2")
    renameSync(join(folder, "other.ts"), join(folder, "source/a.ts"))
    await untilReported("source/a.ts")
    write("source/a.ts", "3")
    await untilReported("source/a.ts")
  })

  test("reports files in subfolders, also in ones that are created later", async () => {
    const { folder, write, untilReported } = watching("source", (created) => {
      mkdirSync(join(created, "source/deep/deeper"), { recursive: true })
    })
    write("source/deep/deeper/a.ts")
    await untilReported("source/deep/deeper/a.ts")
    mkdirSync(join(folder, "source/new"))
    await untilReported("source/new")
    write("source/new/b.ts")
    await untilReported("source/new/b.ts")
  })

  test("reports files of a subfolder that was removed and created again", async () => {
    const { folder, write, untilReported } = watching("source", (created) => {
      mkdirSync(join(created, "source/sub/deep"), { recursive: true })
      mkdirSync(join(created, "source/subway"))
    })
    rmSync(join(folder, "source/sub"), { recursive: true })
    await untilReported("source/sub")
    mkdirSync(join(folder, "source/sub/deep"), { recursive: true })
    await untilReported("source/sub")
    write("source/sub/deep/a.ts")
    await untilReported("source/sub/deep/a.ts")
    write("source/subway/b.ts")
    await untilReported("source/subway/b.ts")
  })

  test("reports files after it was removed itself and created again", async () => {
    const { folder, write, untilReported } = watching()
    rmSync(join(folder, "source"), { recursive: true })
    await untilReported("source")
    mkdirSync(join(folder, "source"))
    await untilReported("source")
    write("source/a.ts")
    await untilReported("source/a.ts")
  })

  test("does not report node_modules, __pycache__, names that start with a dot, and other entries of its parent", async () => {
    const { write, untilReported } = watching("source", (created) => {
      for (const name of ["node_modules", "__pycache__", ".git"]) mkdirSync(join(created, "source", name))
    })
    write("source/node_modules/a.js")
    write("source/__pycache__/a.pyc")
    write("source/.git/index")
    write("source/.hidden")
    write("neighbour.ts")
    write("source/last.ts")
    expect(new Set(await untilReported("source/last.ts"))).toEqual(new Set(["source/last.ts"]))
  })
})

test("a file is reported when it is written, and its neighbours are not", async () => {
  const { write, untilReported } = watching("template.yaml", (folder) =>
    writeFileSync(join(folder, "template.yaml"), ""),
  )
  write("neighbour.yaml")
  write("template.yaml")
  expect(new Set(await untilReported("template.yaml"))).toEqual(new Set(["template.yaml"]))
})

test("a path below a file or below nothing is not a failure, because it can be created later", () => {
  const file = watching("template.yaml/deep/file", (folder) => writeFileSync(join(folder, "template.yaml"), ""))
  const missing = watching("missing/deep/file")
  expect([file.failures, missing.failures]).toEqual([[], []])
})

test("a path that does not exist yet is reported when it is created", async () => {
  const { write, untilReported } = watching("later.yaml")
  write("later.yaml")
  await untilReported("later.yaml")
})

test("reports nothing after it was closed", async () => {
  const first = watching("source", (folder) => mkdirSync(join(folder, "source/sub")))
  const reported: string[] = []
  let wake = () => {}
  const onChange = (path: string) => {
    reported.push(path)
    wake()
  }
  const second = watchTree(join(first.folder, "source"), { onChange, onFailure: () => {} })
  onTestFinished(() => second.close())
  const heard = new Promise<void>((resolve) => {
    wake = resolve
  })
  first.watcher.close()
  first.write("source/sub/a.ts")
  await heard
  expect(first.reported).toEqual([])
  rmSync(join(first.folder, "source"), { recursive: true })
  while (!reported.includes(join(first.folder, "source"))) {
    await new Promise<void>((resolve) => {
      wake = resolve
    })
  }
  expect(first.reported).toEqual([])
})
