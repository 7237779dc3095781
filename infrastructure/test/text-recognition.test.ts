// Text recognition in the templates: off by default, and with `ocr` a function that only the processor may invoke.
import { existsSync } from "node:fs"
import { basename } from "node:path"
import { describe, expect, test } from "vitest"
import { readConfig } from "../src/config.ts"
import { recognitionFiles } from "../src/recognition-files.ts"
import { synthesized } from "./synthesized.ts"

type Statement = { Action: string | string[]; Resource: string | string[] }

function statementsOf(app: ReturnType<typeof synthesized>, role: string): Statement[] {
  return app
    .all("document-processing", "AWS::IAM::Policy")
    .filter(({ id }) => id === `${role}RoleDefaultPolicy`)
    .flatMap(({ Properties }) => Properties.PolicyDocument.Statement)
}

const allows = (statements: readonly Statement[], action: string) =>
  statements.filter(({ Action }) => [Action].flat().includes(action)).map(({ Resource }) => Resource)

test("is off by default: no function, no permission, and images are rejected", () => {
  const app = synthesized("dev")
  expect(app.all("document-processing", "AWS::Lambda::Function").map(({ id }) => id)).not.toContain("TextRecognizer")
  expect(JSON.stringify(app.stacks.map(({ template }) => template))).not.toMatch(/text-recognizer|OCR_|TEXT_RECOGNIZER/)
  expect(allows(statementsOf(app, "DocumentProcessor"), "lambda:InvokeFunction")).toEqual([])
})

describe("with ocr", () => {
  const app = synthesized("dev", { ocr: "eng+deu", ocr_pages_at_a_time: "4" })
  const variables = (stack: string, id: string) =>
    app.one(stack, "AWS::Lambda::Function", id).Properties.Environment.Variables

  test("the recognizer has a minute for a page, 2 GB of memory, and its languages", () => {
    expect(app.one("document-processing", "AWS::Lambda::Function", "TextRecognizer").Properties).toMatchObject({
      FunctionName: "document-insight-dev-text-recognizer",
      MemorySize: 2048,
      Timeout: 60,
      Environment: { Variables: { OCR_LANGUAGES: "eng+deu" } },
    })
  })

  test("the recognizer may read uploads and nothing else of the data", () => {
    const statements = statementsOf(app, "TextRecognizer")
    const actions = statements.flatMap(({ Action }) => Action).filter((action) => !/^(logs|xray):/.test(action))
    expect(actions).toEqual(["s3:GetObject"])
    expect(allows(statements, "s3:GetObject")).toEqual([expect.stringMatching(/\/uploads\/\*$/)])
  })

  test("only the processor may invoke it, and only it", () => {
    expect(allows(statementsOf(app, "DocumentProcessor"), "lambda:InvokeFunction")).toEqual(["<TextRecognizer.Arn>"])
    expect(variables("document-processing", "DocumentProcessor")).toMatchObject({
      TEXT_RECOGNIZER_NAME: "<TextRecognizer>",
      OCR_PAGES_AT_A_TIME: "4",
      OCR_TIMEOUT_SECONDS: "60",
    })
    const invoking = app.stacks.flatMap(({ template }) =>
      Object.values<{ Type: string }>(template.Resources).filter(
        (resource) =>
          resource.Type === "AWS::IAM::Policy" && JSON.stringify(resource).includes("lambda:InvokeFunction"),
      ),
    )
    expect(invoking.filter((policy) => JSON.stringify(policy).includes("TextRecognizer"))).toHaveLength(1)
  })

  test("images are accepted, and the function has an alarm", () => {
    expect(variables("api-gateway", "DocumentsApi").OCR_LANGUAGES).toBe("eng+deu")
    const alarms = app.all("monitoring", "AWS::CloudWatch::Alarm").map(({ Properties }) => Properties.AlarmName)
    expect(alarms).toContainEqual(expect.stringContaining("text-recognizer-errors"))
  })
})

describe("the data of the languages", () => {
  const filesOf = (ocr: string) => recognitionFiles(readConfig({ env: "dev", environments: { dev: { ocr } } }))

  test("is installed for English and German", () => {
    const files = filesOf("eng+deu")
    expect(files.map((file) => basename(file))).toEqual([
      "tesseract-core-simd-lstm.wasm",
      "eng.traineddata.gz",
      "deu.traineddata.gz",
    ])
    expect(files.every((file) => existsSync(file))).toBe(true)
  })

  test("is missing for another language in one sentence, with the command that installs it", () => {
    expect(() => filesOf("eng+xyz")).toThrow(
      'ocr in dev is "eng+xyz": the data of xyz is not installed. Run npm install --workspace functions --save-exact @tesseract.js-data/xyz.',
    )
  })

  test("has names as Tesseract writes them", () => {
    expect(() => filesOf("English")).toThrow('ocr is "English": it accepts the languages of scans and images, like eng')
  })
})
