// Functions and layers that `sam build` builds: with a Makefile, or by placing the sources of a layer where runtimes look.
import { spawnSync } from "node:child_process"
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterEach, expect, onTestFinished, test } from "vitest"
import { loadDefinition } from "../cloudformation/load-definition.ts"
import { closeLambdas, startLambda } from "./testing/lambda-under-test.ts"

afterEach(closeLambdas)

function folderWith(files: Record<string, string>): string {
  const folder = mkdtempSync(join(tmpdir(), "make-code-"))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(join(folder, name, ".."), { recursive: true })
    writeFileSync(join(folder, name), text)
  }
  return folder
}

const template = (resources: string, properties = "", metadata = "") => `
Transform: AWS::Serverless-2016-10-31
Resources:
  Function:
    Type: AWS::Serverless::Function
    Properties:
      Runtime: nodejs24.x
      CodeUri: src/
      Handler: app.handler
      FunctionUrlConfig: { AuthType: NONE }
${properties}
${metadata}
${resources}`

async function run(files: Record<string, string>): Promise<unknown> {
  const { functions } = await loadDefinition(folderWith(files))
  const lambda = startLambda(functions)
  const result = await lambda.invoke(functions[0]!.arn, "{}")
  return "payload" in result ? JSON.parse(result.payload) : result
}

const makefile = "build-Function:\n\tsed s/WORD/made/ app.source > $(ARTIFACTS_DIR)/app.js\n"
const metadata = "    Metadata: { BuildMethod: makefile }"
const hasMake = spawnSync("make", ["--version"]).status === 0

test.runIf(hasMake)("a function is built by the target with its logical id, in a copy of its sources", async () => {
  const files = {
    "template.yaml": template("", "", metadata),
    "src/Makefile": `${makefile}\ttouch left-behind\n`,
    "src/app.source": `exports.handler = async () => "WORD"`,
  }
  const { functions } = await loadDefinition(folderWith(files))
  const lambda = startLambda(functions)
  expect(await lambda.invoke(functions[0]!.arn, "{}")).toMatchObject({ payload: '"made"' })
  const { code } = functions[0]!
  expect(code.form === "folder" && existsSync(join(code.path, "left-behind"))).toBe(false)
})

test.runIf(hasMake)("a target that fails ends the start with what its recipe wrote last", async () => {
  const files = {
    "template.yaml": template("", "", metadata),
    "src/Makefile": "build-Function:\n\tmissing-compiler --fast\n",
  }
  const { functions } = await loadDefinition(folderWith(files))
  expect(() => startLambda(functions)).toThrow(
    /^build-Function of .*Makefile failed for Function: .*missing-compiler.*(?:not found|No such file)/,
  )
})

test("a folder without a Makefile was built by sam build", async () => {
  const app = `exports.handler = async () => "built"`
  expect(await run({ "template.yaml": template("", "", metadata), "src/app.js": app })).toBe("built")
})

const layer = (method: string) => `  Layer:
    Type: AWS::Serverless::LayerVersion
    Properties: { ContentUri: layer/ }
    Metadata: { BuildMethod: ${method} }`
const uses = "      Layers: [!Ref Layer]"
const app = `exports.handler = async () => require("words").word`

test("the modules of a layer for Node.js are found, as they are installed", async () => {
  const files = {
    "template.yaml": template(layer("nodejs24.x"), uses),
    "src/app.js": app,
    "layer/package.json": "{}",
    "layer/node_modules/words/index.js": `exports.word = "installed"`,
  }
  expect(await run(files)).toBe("installed")
})

test("a layer that sam build has built is used as it is", async () => {
  const files = {
    "template.yaml": template(layer("nodejs24.x"), uses),
    "src/app.js": app,
    "layer/nodejs/node_modules/words/index.js": `exports.word = "built"`,
  }
  expect(await run(files)).toBe("built")
})

test.runIf(hasMake)("a layer is built by the target with its logical id", async () => {
  const folder = "$$ARTIFACTS_DIR/nodejs/node_modules/words"
  const files = {
    "template.yaml": template(layer("makefile"), uses),
    "src/app.js": app,
    "layer/Makefile": `build-Layer:\n\tmkdir -p ${folder}\n\tcp words.js ${folder}/index.js\n`,
    "layer/words.js": `exports.word = "made"`,
  }
  expect(await run(files)).toBe("made")
})

test("the modules of a layer for Python are found", async () => {
  const files = {
    "template.yaml": template(layer("python3.12"), uses).replace("nodejs24.x", "python3.12"),
    "src/app.py": "from words import word\ndef handler(event, context): return word",
    "layer/words.py": 'word = "of the layer"',
    "layer/requirements.txt": "",
  }
  expect(await run(files)).toBe("of the layer")
})
