// Code from folders, archives and templates, layers included, run by real execution environments.
import {
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { crc32, deflateRawSync } from "node:zlib"
import { afterEach, describe, expect, onTestFinished, test } from "vitest"
import { fingerprintCode, prepareCode } from "./function-code.ts"
import { closeLambdas, defineFunction, startLambda } from "./testing/lambda-under-test.ts"
import { definePython, hostPython, needsPython } from "./testing/python-under-test.ts"

let folder: string | undefined
afterEach(async () => {
  await closeLambdas()
  if (folder !== undefined) rmSync(folder, { recursive: true })
  folder = undefined
})

describe("a folder", () => {
  test("is the working directory of the handler", async () => {
    const path = write({
      "index.mjs": "import { resolve } from 'node:path'; export const handler = () => resolve('a.txt')",
    })
    const definition = defineFunction("", { code: { form: "folder", path } })
    expect(await startLambda([definition]).call()).toBe(join(path, "a.txt"))
  })

  test("whose files change is loaded again on reload", async () => {
    const path = write({ "index.mjs": "export const handler = () => 'old'" })
    const definition = defineFunction("", { code: { form: "folder", path } })
    const { call, deploy } = startLambda([definition])
    expect(await call()).toBe("old")
    writeFileSync(join(path, "index.mjs"), "export const handler = () => 'new'")
    utimesSync(join(path, "index.mjs"), new Date(), new Date(Date.now() + 5000))
    await deploy([definition])
    expect(await call()).toBe("new")
  })
})

// As on a Node.js before 22.15, which has no synchronous hooks.
const withoutHooks = "import module from 'node:module'; delete module.registerHooks"

describe.each([
  ["on a current Node.js", {}],
  ["on Node.js 20", { NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(withoutHooks)}` }],
])("a module that is not deployed, %s,", (_version, environment) => {
  const files = {
    "node_modules/above/index.js": "module.exports = 'above'",
    "node_modules/@aws-sdk/above/index.js": "module.exports = 'of the project'",
    "layer/nodejs/node_modules/above/index.js": "module.exports = 'layer'",
    "layer/nodejs/node_modules/@aws-sdk/above/index.js": "module.exports = 'layer'",
    "code/node_modules/own/index.js": "module.exports = require('above')",
    "code/package.json": '{ "name": "itself", "exports": { "./part": "./part.js" } }',
    "code/part.js": "module.exports = 'part'",
  }
  const start = (code: Record<string, string>, layers: string[] = []) => {
    const root = write({ ...files, ...Object.fromEntries(Object.entries(code).map(([k, v]) => [`code/${k}`, v])) })
    const folder = (name: string) => ({ form: "folder", path: join(root, name) }) as const
    return {
      ...startLambda([defineFunction("", { code: folder("code"), layers: layers.map(folder), environment })]),
      root,
    }
  }

  test("is not required from node_modules above the code", async () => {
    const { fail, root } = start({ "index.js": "exports.handler = async (name) => require(name)" })
    expect(await fail("above")).toMatchObject({
      errorType: "Error",
      errorMessage: `Cannot find module 'above'\nRequire stack:\n- ${root}/code/index.js`,
    })
    const atInit = start({ "index.js": "const above = require('above')" })
    expect(await atInit.fail()).toMatchObject({
      errorType: "Runtime.ImportModuleError",
      errorMessage: `Error: Cannot find module 'above'\nRequire stack:\n- ${atInit.root}/code/index.js`,
    })
    expect(await fail("own")).toMatchObject({
      errorMessage: `Cannot find module 'above'\nRequire stack:\n- ${root}/code/node_modules/own/index.js`,
    })
  })

  test("is not imported from node_modules above the code", async () => {
    const { fail, root } = start({ "index.mjs": "import 'above'" })
    const message = `Cannot find package 'above' imported from ${root}/code/index.mjs`
    expect(await fail()).toMatchObject({ errorType: "Error", errorMessage: message })
  })

  test("does not decide by a package.json above the code whether a file is CommonJS", async () => {
    const root = write({
      "package.json": '{ "type": "module" }',
      "code/index.js":
        "const part = require('./part.js'); exports.handler = async () => { await import('./own/plain.js'); return [part, await import('./own/o.js'), globalThis.plain] }",
      "code/part.js": "module.exports = typeof require",
      "code/own/package.json": '{ "type": "module" }',
      "code/own/o.js": "export const of = typeof require",
      "code/own/plain.js": "globalThis.plain = typeof require",
      "code/syntax.js": "export const handler = () => typeof require",
    })
    const code = { form: "folder", path: join(root, "code") } as const
    const { call } = startLambda([
      defineFunction("", { code, environment }),
      defineFunction("", { functionName: "syntax", handler: "syntax.handler", code, environment }),
    ])
    expect(await call()).toEqual(["function", { of: "undefined" }, "undefined"])
    expect(await call({}, "syntax")).toBe("undefined")
  })

  test("is found in a layer, and the AWS SDK of a layer wins over that of the project", async () => {
    const source = { "index.js": "exports.handler = async (name) => require(name)" }
    const withLayer = start(source, ["layer"])
    expect(await withLayer.call("above")).toBe("layer")
    expect(await withLayer.call("@aws-sdk/above")).toBe("layer")
    const withoutLayer = start(source)
    expect(await withoutLayer.call("@aws-sdk/above")).toBe("of the project")
    expect(await withoutLayer.call("itself/part")).toBe("part")
  })
})

test("compiled files of Python are not a change of the code", () => {
  const path = write({ "index.py": "", "package/__pycache__/a.pyc": "1" })
  const definition = defineFunction("", { code: { form: "folder", path } })
  const before = fingerprintCode(definition)
  writeFileSync(join(path, "package/__pycache__/b.pyc"), "2")
  expect(fingerprintCode(definition)).toBe(before)
  writeFileSync(join(path, "package/b.py"), "2")
  expect(fingerprintCode(definition)).not.toBe(before)
})

describe("inline source", () => {
  test.each([
    ["import os from 'node:os'\nexport const handler = () => typeof os", "index.mjs"],
    ["exports.handler = async () => typeof require", "index.js"],
    ["// export nothing\nexports.handler = () => 'import x'", "index.js"],
  ])("is an ES module when it imports or exports, CommonJS otherwise: %j", (source, file) => {
    const { taskRoot, remove } = prepareCode(defineFunction(source))
    onTestFinished(remove)
    expect(readdirSync(taskRoot)).toEqual([file])
  })

  test("is removed from the disk at the end", () => {
    const { taskRoot, remove } = prepareCode(defineFunction("exports.handler = () => 1"))
    expect(readdirSync(taskRoot)).toEqual(["index.js"])
    remove()
    expect(() => readdirSync(taskRoot)).toThrow("ENOENT")
  })
})

describe("an archive", () => {
  test("is unpacked: stored and deflated entries, in folders", async () => {
    const path = join(write({}), "code.zip")
    const source = "import { page } from './lib/page.mjs'; export const handler = () => page"
    writeFileSync(
      path,
      zip({ "index.mjs": source, "lib/page.mjs": `export const page = ${JSON.stringify("p".repeat(500))}` }),
    )
    const { call } = startLambda([defineFunction("", { code: { form: "zip", path } })])
    expect(await call()).toBe("p".repeat(500))
  })

  test.skipIf(process.platform === "win32")("keeps which files are programs when it was made on Unix", () => {
    const path = join(write({}), "code.zip")
    writeFileSync(path, zip({ bootstrap: "#!/bin/sh", "data.txt": "" }, { bootstrap: 0o755, "data.txt": 0o644 }))
    const code = prepareCode(defineFunction("", { code: { form: "zip", path } }))
    const isProgram = (name: string) => (statSync(join(code.taskRoot, name)).mode & 0o111) !== 0
    expect([isProgram("bootstrap"), isProgram("data.txt")]).toEqual([true, false])
    code.remove()
  })

  test("with an entry outside of its folder is rejected", () => {
    const path = join(write({}), "evil.zip")
    writeFileSync(path, zip({ "../../evil.mjs": "" }))
    expect(() => prepareCode(defineFunction("", { code: { form: "zip", path } }))).toThrow("leads out of the folder")
  })

  test.each([
    ["nothing", Buffer.alloc(0)],
    ["text", Buffer.from("this is no archive, though it is long enough")],
  ])("that is %s is rejected in one sentence", (_what, bytes) => {
    const path = join(write({}), "bad.zip")
    writeFileSync(path, bytes)
    expect(() => prepareCode(defineFunction("", { code: { form: "zip", path } }))).toThrow("it is not a ZIP archive")
  })

  test.each([
    ["damaged content", (bytes: Buffer) => bytes.fill(0xff, 40, 60)],
    [
      "an entry that begins behind the end",
      (bytes: Buffer) => bytes.fill(0x7f, bytes.length - 22 - 13, bytes.length - 22 - 9),
    ],
  ])("with %s is rejected with the name of the entry", (_what, damage) => {
    const path = join(write({}), "damaged.zip")
    writeFileSync(path, damage(zip({ "page.mjs": "p".repeat(5_000) })))
    expect(() => prepareCode(defineFunction("", { code: { form: "zip", path } }))).toThrow(
      `${path} cannot be unpacked: its entry page.mjs is damaged.`,
    )
  })

  describe("of a function that is not known to be invoked", () => {
    const define = (path: string) =>
      definePython("", { code: { form: "zip", path }, handler: "app.handler", isTarget: false })

    test.runIf(hostPython)(needsPython("is unpacked when it is invoked"), async () => {
      const path = join(write({}), "code.zip")
      writeFileSync(path, zip({ "app.py": "def handler(event, context): return 'unpacked'" }))
      const code = prepareCode(define(path))
      expect(readdirSync(code.taskRoot)).toEqual([])
      code.remove()
      expect(await startLambda([define(path)]).call()).toBe("unpacked")
    })

    test("fails its invocations when it cannot be read", async () => {
      const path = join(write({ "code.zip": "this is no archive, though it is long enough" }), "code.zip")
      const { errorMessage } = await startLambda([define(path)]).fail()
      expect(errorMessage).toContain(`${path} cannot be unpacked: it is not a ZIP archive.`)
    })
  })
})

test("layers provide modules: a later layer wins over an earlier one, and the function's own modules win over all", async () => {
  const root = write({
    "one/nodejs/node_modules/a/index.js": "module.exports = 'a1'",
    "one/nodejs/node_modules/b/index.js": "module.exports = 'b1'",
    "two/nodejs/node_modules/b/index.js": "module.exports = 'b2'",
    "two/nodejs/node_modules/c/index.js": "module.exports = 'c2'",
    "code/node_modules/c/index.js": "module.exports = 'own'",
    "code/index.mjs": "import a from 'a'; import b from 'b'; import c from 'c'; export const handler = () => [a, b, c]",
  })
  const layer = (name: string) => ({ form: "folder", path: join(root, name) }) as const
  const definition = defineFunction("", { code: layer("code"), layers: [layer("one"), layer("two")] })
  expect(await startLambda([definition]).call()).toEqual(["a1", "b2", "own"])
})

test("a folder of a layer that has its modules at the top is placed below the folder of its runtime, once", () => {
  const root = write({ "flat/a.py": "", "nested/python/b.py": "" })
  const layerFolder = "python"
  const layers = ["flat", "nested"].map((name) => ({ form: "folder", path: join(root, name), layerFolder }) as const)
  const { layerFolders, remove } = prepareCode(defineFunction("", { layers }))
  onTestFinished(remove)
  const [nested = "", flat = ""] = layerFolders
  expect(nested).toBe(join(root, "nested"))
  expect(readdirSync(join(flat, layerFolder))).toEqual(["a.py"])
})

function write(files: Record<string, string>): string {
  folder = mkdtempSync(join(tmpdir(), "code-"))
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(join(folder, name, ".."), { recursive: true })
    writeFileSync(join(folder, name), text)
  }
  return folder
}

// The smallest writer that a reader can be tested with; short entries are stored, long ones deflated.
function zip(files: Record<string, string>, modes: Record<string, number> = {}): Buffer {
  const [local, directory]: [Buffer[], Buffer[]] = [[], []]
  let offset = 0
  for (const [name, text] of Object.entries(files)) {
    const method = text.length > 200 ? 8 : 0
    const content = method === 8 ? deflateRawSync(text) : Buffer.from(text)
    const fields = Buffer.alloc(26)
    fields.writeUInt16LE(20, 0)
    fields.writeUInt16LE(method, 4)
    fields.writeUInt32LE(crc32(text), 10)
    fields.writeUInt32LE(content.length, 14)
    fields.writeUInt32LE(text.length, 18)
    fields.writeUInt16LE(name.length, 22)
    const entry = Buffer.concat([Buffer.from("PK\x03\x04"), fields, Buffer.from(name), content])
    const tail = Buffer.alloc(14)
    tail.writeUInt16LE(modes[name] ?? 0, 8)
    tail.writeUInt32LE(offset, 10)
    directory.push(Buffer.concat([Buffer.from("PK\x01\x02\x14\x03"), fields, tail, Buffer.from(name)]))
    local.push(entry)
    offset += entry.length
  }
  const end = Buffer.alloc(22)
  end.write("PK\x05\x06", 0, "latin1")
  end.writeUInt16LE(local.length, 8)
  end.writeUInt16LE(local.length, 10)
  end.writeUInt32LE(Buffer.concat(directory).length, 12)
  end.writeUInt32LE(offset, 16)
  return Buffer.concat([...local, ...directory, end])
}

test("the folder whose name differs in upper and lower case only is named in the hint", () => {
  folder = mkdtempSync(join(tmpdir(), "code-"))
  mkdirSync(join(folder, "Handlers"))
  const path = join(folder, "handlers")
  if (existsSync(path)) return
  expect(() => prepareCode(defineFunction("", { code: { form: "folder", path } }))).toThrow(
    expect.objectContaining({
      hint: "There is Handlers: names are case-sensitive on this machine. Correct the path in the template.",
    }),
  )
})

describe("a container image", () => {
  test("has the files that it copies, and links the installed modules", async () => {
    folder = mkdtempSync(join(tmpdir(), "image-"))
    const files = {
      "app.js": "exports.handler = async () => [require('pages'), require('./lib/add.js')]",
      "lib/add.js": "module.exports = 'add'",
      "node_modules/pages/index.js": "module.exports = 'pages'",
    }
    for (const [name, text] of Object.entries(files)) {
      mkdirSync(join(folder, name, ".."), { recursive: true })
      writeFileSync(join(folder, name), text)
    }
    const define = (...copied: { from: string; to: string }[]) =>
      defineFunction("", { handler: "app.handler", code: { form: "image", path: folder ?? "", files: copied } })
    const whole = define({ from: folder, to: "." })
    expect(await startLambda([whole]).call()).toEqual(["pages", "add"])
    const { taskRoot, remove } = prepareCode(define({ from: join(folder, "lib"), to: "other" }))
    expect(readdirSync(taskRoot).toSorted()).toEqual(["node_modules", "other"])
    expect(lstatSync(join(taskRoot, "node_modules")).isSymbolicLink()).toBe(true)
    remove()
    expect(readdirSync(join(folder, "node_modules"))).toEqual(["pages"])
  })

  test("needs no installed modules", async () => {
    folder = mkdtempSync(join(tmpdir(), "image-"))
    writeFileSync(join(folder, "app.js"), "exports.handler = async () => 'alone'")
    const code = { form: "image", path: folder, files: [{ from: folder, to: "." }] } as const
    expect(
      await startLambda([
        defineFunction("", { handler: "app.handler", code: { ...code, files: [...code.files] } }),
      ]).call(),
    ).toBe("alone")
  })
})
