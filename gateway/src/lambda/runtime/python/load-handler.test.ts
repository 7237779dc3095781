// Where a Python handler is found: names, folders, archives, layers, and the errors of each.
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterEach, describe, expect, onTestFinished, test } from "vitest"
import { arnOf, closeLambdas, startLambda } from "../../testing/lambda-under-test.ts"
import { definePython, hostPython, needsPython, pythonRuntime } from "../../testing/python-under-test.ts"

afterEach(closeLambdas)

function write(files: Record<string, string>): string {
  const folder = mkdtempSync(join(tmpdir(), "python-code-"))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(join(folder, name, ".."), { recursive: true })
    writeFileSync(join(folder, name), text)
  }
  return folder
}

function startFolder(path: string, handler: string, layers: string[] = []) {
  const folder = (name: string) => ({ form: "folder", path: name }) as const
  return startLambda([definePython("", { code: folder(path), handler, layers: layers.map(folder) })])
}

const returning = (value: string) => `def handler(event, context):\n    return ${value}\n`

describe.runIf(hostPython)(needsPython("a Python handler"), () => {
  test.each([
    ["app.py", "app.handler"],
    ["src/app.py", "src/app.handler"],
    ["src/app.py", "src.app.handler"],
    ["package/api/chat.py", "package/api/chat.handler"],
    ["package/__init__.py", "package.handler"],
    ["with-dash.py", "with-dash.handler"],
    ["main.py", "main.handler"],
    ["gateway_runtime.py", "gateway_runtime.handler"],
  ])("in %s is found as %s", async (file, handler) => {
    expect(await startFolder(write({ [file]: returning("__name__") }), handler).call()).toBe(
      handler.replaceAll("/", ".").replace(/\.handler$/, ""),
    )
  })

  test("may be any callable", async () => {
    const path = write({
      "app.py": `class App:\n    def __call__(self, event, context):\n        return event\nhandler = App()\n`,
    })
    expect(await startFolder(path, "app.handler").call({ a: 1 })).toEqual({ a: 1 })
  })

  test("imports modules that are next to it, and none of the runtime", async () => {
    const path = write({
      "app.py": `import sys\nimport helper\nfrom package import value
def handler(event, context):
    return [helper.name, value, [name for name in ("fault", "start", "channel") if name in sys.modules]]\n`,
      "helper.py": "name = 'helper'\n",
      "package/__init__.py": "value = 1\n",
    })
    expect(await startFolder(path, "app.handler").call()).toEqual(["helper", 1, []])
  })

  test("starts in the folder of its code, which stays as it is", async () => {
    const path = write({
      "app.py": "import helper\ndef handler(event, context):\n    return open('page.txt').read()\n",
      "helper.py": "",
      "page.txt": "a page",
    })
    expect(await startFolder(path, "app.handler").call()).toBe("a page")
    expect(readdirSync(path).toSorted()).toEqual(["app.py", "helper.py", "page.txt"])
  })

  test("is loaded again when a file has changed", async () => {
    const path = write({ "app.py": returning("'old'") })
    const definition = definePython("", { code: { form: "folder", path }, handler: "app.handler" })
    const { call, deploy } = startLambda([definition])
    expect(await call()).toBe("old")
    writeFileSync(join(path, "app.py"), returning("'the new one'"))
    deploy([definition])
    expect(await call()).toBe("the new one")
  })

  test("inline is in index.py", async () => {
    expect(await startLambda([definePython(returning("__file__"))]).call()).toMatch(/[/\\]index\.py$/)
  })

  test("finds modules of layers: a later layer wins over an earlier one, and its own modules win over all", async () => {
    const root = write({
      "one/python/a.py": "name = 'a1'",
      "one/python/b.py": "name = 'b1'",
      "two/python/b.py": "name = 'b2'",
      "two/python/c.py": "name = 'c2'",
      [`one/python/lib/${pythonRuntime}/site-packages/d.py`]: "name = 'd1'",
      "two/python/d.py": "name = 'd2'",
      "code/c.py": "name = 'own'",
      "code/app.py": `import a, b, c, d\n${returning("[a.name, b.name, c.name, d.name]")}`,
    })
    const layers = [join(root, "one"), join(root, "two")]
    expect(await startFolder(join(root, "code"), "app.handler", layers).call()).toEqual(["a1", "b2", "own", "d1"])
  })
})

describe.runIf(hostPython)(needsPython("a Python handler that cannot be loaded"), () => {
  test.each<[string, Record<string, string>, string, object]>([
    [
      "has a name without a dot",
      {},
      "app",
      {
        errorType: "Runtime.MalformedHandlerName",
        errorMessage: "Bad handler 'app': not enough values to unpack (expected 2, got 1)",
      },
    ],
    [
      "has the name of a built-in module",
      {},
      "sys.handler",
      {
        errorType: "Runtime.BuiltInModuleConflict",
        errorMessage: "Cannot use built-in module sys as a handler module",
      },
    ],
    [
      "is in a module that does not exist",
      {},
      "missing.handler",
      {
        errorType: "Runtime.ImportModuleError",
        errorMessage: "Unable to import module 'missing': No module named 'missing'",
      },
    ],
    [
      "imports a module that does not exist",
      { "app.py": "import no_such_module_anywhere" },
      "app.handler",
      {
        errorType: "Runtime.ImportModuleError",
        errorMessage: "Unable to import module 'app': No module named 'no_such_module_anywhere'",
      },
    ],
    [
      "imports a name that does not exist",
      { "app.py": "from json import no_such_name" },
      "app.handler",
      {
        errorType: "Runtime.ImportModuleError",
        errorMessage: expect.stringMatching(/^Unable to import module 'app': cannot import name 'no_such_name' from/),
      },
    ],
    [
      "does not parse",
      { "app.py": "x = 1\ndef handler(event, context) return 1" },
      "app.handler",
      {
        errorType: "Runtime.UserCodeSyntaxError",
        errorMessage: expect.stringMatching(/^Syntax error in module 'app': .*\(app\.py, line 2\)$/),
        stackTrace: [expect.stringMatching(/^ {2}File ".*app\.py" Line 2\n {4}def handler\(event, context\) return 1/)],
      },
    ],
    [
      "is not in its module",
      { "app.py": "other = 1" },
      "app.handler",
      {
        errorType: "Runtime.HandlerNotFound",
        errorMessage: "Handler 'handler' missing on module 'app'",
      },
    ],
    [
      "raises an exception when it is imported",
      { "app.py": "import os\nos.environ['NO_SUCH_VARIABLE']" },
      "app.handler",
      {
        errorType: "KeyError",
        errorMessage: "'NO_SUCH_VARIABLE'",
        stackTrace: expect.arrayContaining([expect.stringMatching(/app\.py", line 2, in <module>\n {4}os\.environ/)]),
      },
    ],
  ])("because it %s fails the invocation with the error of Lambda", async (_, files, handler, expected) => {
    expect(await startFolder(write(files), handler).fail()).toEqual({ requestId: "", stackTrace: [], ...expected })
  })

  test.each([
    ["sys.exit(4)", "Error: Runtime exited with error: exit status 4"],
    ["os._exit(0)", "Error: Runtime exited without providing a reason"],
  ])("because its module ends the process by %s fails with that status", async (code, reason) => {
    const { fail } = startFolder(write({ "app.py": `import os, sys\n${code}` }), "app.handler")
    const { errorType, errorMessage } = await fail()
    expect([errorType, errorMessage.replace(/^RequestId: \S+ /, "")]).toEqual(["Runtime.ExitError", reason])
  })

  test("has no invocation that is retried within init: a second attempt loads the module again", async () => {
    const path = write({ "app.py": "import no_such_module_anywhere" })
    const { call, fail } = startFolder(path, "app.handler")
    for (let attempt = 0; attempt < 2; attempt++) {
      expect((await fail()).errorType).toBe("Runtime.ImportModuleError")
    }
    writeFileSync(join(path, "app.py"), returning("1"))
    expect(await call()).toBe(1)
  })

  test("shows how to install the dependencies of requirements.txt", async () => {
    const path = write({ "app.py": "import no_such_module_anywhere", "requirements.txt": "no-such-module-anywhere" })
    const { fail, lines } = startFolder(path, "app.handler")
    await fail()
    expect(lines.map(({ text }) => text)).toContainEqual(
      expect.stringMatching(
        /^The dependencies of .*requirements\.txt are not next to the code.*Run: .* -m pip install -r .* -t /,
      ),
    )
  })

  test("shows how to install boto3 when this machine lacks it", async () => {
    const path = write({ "app.py": "import boto3", "boto3.pth": "" })
    // -S and -E would hide it, but are not ours to set: a folder that cannot be read hides it as well.
    const environment = { PYTHONPATH: write({ "sitecustomize.py": "import sys\nsys.modules['boto3'] = None" }) }
    const definition = definePython("", { code: { form: "folder", path }, handler: "app.handler", environment })
    const { fail, lines } = startLambda([definition])
    expect(await fail()).toMatchObject({
      errorType: "Runtime.ImportModuleError",
      errorMessage: expect.stringContaining("Unable to import module 'app'"),
    })
    expect(lines.map(({ text }) => text)).toContainEqual(
      expect.stringMatching(/^Lambda's Python runtimes include boto3, .*Run: .* -m pip install boto3$/),
    )
  })
})

test("a handler that is not Python keeps its trace", async () => {
  const { invoke } = startLambda("exports.handler = () => { throw new Error('no') }")
  const result = await invoke(arnOf("f"), "{}")
  expect(JSON.parse("payload" in result ? result.payload : "")).toMatchObject({ trace: expect.any(Array) })
})
