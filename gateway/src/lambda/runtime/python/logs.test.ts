// What Python handlers write to their log, in both log formats.
import { afterEach, describe, expect, test } from "vitest"
import { closeLambdas, startLambda } from "../../testing/lambda-under-test.ts"
import { definePython, hostPython, needsPython } from "../../testing/python-under-test.ts"

afterEach(closeLambdas)

async function linesOf(source: string, overrides: Parameters<typeof definePython>[1] = {}, event: unknown = {}) {
  const { invoke, lines } = startLambda([definePython(source, overrides)])
  await invoke("f", JSON.stringify(event))
  return lines
}

const textsOf = (lines: { kind: string; text: string }[]) =>
  lines.filter(({ kind }) => kind !== "platform").map(({ text }) => text)

const id = "[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"
const time = "\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}Z"

describe.runIf(hostPython)(needsPython("print"), () => {
  test("writes lines as they are, in order with START, END and REPORT", async () => {
    const lines = await linesOf(`import sys
print("during init")
def handler(event, context):
    print("one\\ntwo")
    print("err", file=sys.stderr)
    sys.stdout.write("with")
    sys.stdout.write("out an end")`)
    expect(lines.map(({ kind, text }) => [kind, text.split(" ")[0]])).toEqual([
      ["stdout", "during"],
      ["platform", "START"],
      ["stdout", "one"],
      ["stdout", "two"],
      ["stderr", "err"],
      ["stdout", "without"],
      ["platform", "END"],
      ["platform", "REPORT"],
    ])
    expect(new Set(lines.slice(1).map(({ requestId }) => requestId)).size).toBe(1)
    expect(lines[0]!.requestId).toBe("")
    expect(lines.at(-1)!.text).toContain("Init Duration")
  })

  test("writes bytes, text of any language, and what child processes write", async () => {
    const texts = textsOf(
      await linesOf(`import os, subprocess, sys
def handler(event, context):
    print("grüße 日本")
    sys.stdout.buffer.write(b"bytes\\n")
    subprocess.run(["echo", "from a child process"])
    os.write(1, b"from a descriptor\\n")
    os._exit(0)`),
    )
    expect(texts.toSorted()).toEqual(["bytes", "from a child process", "from a descriptor", "grüße 日本"])
  })

  test("cuts a line over 256 KB, with the number of bytes that were dropped", async () => {
    const texts = textsOf(await linesOf("def handler(event, context):\n    print('x' * (256 * 1024) + 'abc')"))
    expect(texts).toEqual([`${"x".repeat(256 * 1024)} [3 more bytes of this line were dropped]`])
  })

  test("to a closed stream fails only the handler", async () => {
    const { call, fail } = startLambda([
      definePython(
        "import sys\ndef handler(event, context):\n    if event: sys.stdout.close(); print('x')\n    return 1",
      ),
    ])
    expect(await fail({ close: true })).toMatchObject({
      errorType: "ValueError",
      errorMessage: expect.stringMatching(/closed file/),
    })
    expect(await call()).toBe(1)
  })

  test("before the process ends is in the log", async () => {
    const lines = await linesOf(
      "import os\ndef handler(event, context):\n    print('last', end='\\n')\n    os._exit(1)",
    )
    expect(textsOf(lines)).toEqual(["last"])
  })
})

describe.runIf(hostPython)(needsPython("the logging module"), () => {
  const source = `import logging
logging.warning("during init")
logger = logging.getLogger()
def handler(event, context):
    logger.info("not shown: the level is WARNING")
    logger.setLevel(logging.INFO)
    logger.info("two\\nlines %d", 1)
    logging.getLogger("own").error("failed")`

  test("writes level, time, request id and message, separated by tabs", async () => {
    const texts = textsOf(await linesOf(source))
    expect(texts).toHaveLength(3)
    expect(texts[0]).toMatch(new RegExp(`^\\[WARNING\\]\t${time}\t\tduring init$`))
    expect(texts[1]).toMatch(new RegExp(`^\\[INFO\\]\t${time}\t${id}\ttwo\nlines 1$`))
    expect(texts[2]).toMatch(new RegExp(`^\\[ERROR\\]\t${time}\t${id}\tfailed$`))
  })

  test("has one handler at the root, which a function may replace", async () => {
    const texts = textsOf(
      await linesOf(`import logging, sys
root = logging.getLogger()
names = [type(one).__name__ for one in root.handlers]
for one in root.handlers: root.removeHandler(one)
logging.basicConfig(format="own: %(message)s", stream=sys.stdout, level=logging.INFO)
def handler(event, context):
    logging.info(names)`),
    )
    expect(texts).toEqual(["own: ['LambdaLoggerHandler']"])
  })

  test("writes one object per message in the JSON format, at the level INFO", async () => {
    const lines = await linesOf(
      `import logging
logger = logging.getLogger("own")
def handler(event, context):
    logger.debug("not shown")
    logger.info("hello %s", "you", extra={"user": 7, "nothing": None})
    try:
        1 / 0
    except ZeroDivisionError:
        logger.exception("failed")
    print("plain")`,
      { logFormat: "JSON" },
    )
    const texts = textsOf(lines)
    const common = { timestamp: expect.stringMatching(new RegExp(`^${time}$`)), requestId: expect.stringMatching(id) }
    expect(texts.slice(0, 2).map((text) => JSON.parse(text))).toEqual([
      { ...common, level: "INFO", message: "hello you", logger: "own", user: 7 },
      {
        ...common,
        level: "ERROR",
        message: "failed",
        logger: "own",
        errorType: "ZeroDivisionError",
        errorMessage: "division by zero",
        stackTrace: [expect.stringContaining("1 / 0")],
        location: expect.stringMatching(/index\.py:handler:\d+$/),
      },
    ])
    expect(texts.slice(2)).toEqual(["plain"])
  })

  test("has the log level that the function sets", async () => {
    const texts = textsOf(
      await linesOf("import logging\ndef handler(event, context):\n    logging.debug('shown')", {
        logFormat: "JSON",
        logLevel: "DEBUG",
      }),
    )
    expect(texts.map((text) => JSON.parse(text).message)).toEqual(["shown"])
  })
})

describe.runIf(hostPython)(needsPython("an exception"), () => {
  const source = "def handler(event, context):\n    raise TypeError('no such thing')"

  test("is logged with type, message and trace as one entry", async () => {
    const [text = ""] = textsOf(await linesOf(source))
    expect(text.split("\n")).toEqual([
      "[ERROR] TypeError: no such thing",
      "Traceback (most recent call last):",
      expect.stringMatching(/^\u00a0\u00a0File ".*index\.py", line 2, in handler$/),
      "\u00a0\u00a0\u00a0\u00a0raise TypeError('no such thing')",
    ])
  })

  test("is an object in the JSON format", async () => {
    const [text = ""] = textsOf(await linesOf(source, { logFormat: "JSON" }))
    expect(JSON.parse(text)).toEqual({
      timestamp: expect.stringMatching(new RegExp(`^${time}$`)),
      level: "ERROR",
      errorMessage: "no such thing",
      errorType: "TypeError",
      requestId: expect.stringMatching(id),
      stackTrace: [expect.stringContaining("line 2, in handler")],
    })
  })

  test("during init is logged as well", async () => {
    const [text = ""] = textsOf(await linesOf("import no_such_module_anywhere"))
    expect(text).toBe(
      "[ERROR] Runtime.ImportModuleError: Unable to import module 'index': No module named 'no_such_module_anywhere'\nTraceback (most recent call last):",
    )
  })
})
