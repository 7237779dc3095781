import { expect, test } from "vitest"
import { silentLog } from "../foundation/log.ts"
import { createUnknownStageReporter } from "./report-unknown-stage.ts"

function reporter(stageNames: string[]) {
  const warnings: unknown[] = []
  const log = { ...silentLog, warn: (_event: string, fields: unknown) => void warnings.push(fields) }
  return { report: createUnknownStageReporter(log, () => stageNames), warnings }
}

test("reports a path once, with the paths of the stages", () => {
  const { report, warnings } = reporter(["dev", "prod"])
  for (const path of ["/", "/", "/dev/extra"]) report(path)
  expect(warnings).toEqual([
    { message: "/ is not the path of a stage.", hint: "Connect to the path of a stage: /dev, /prod." },
    { message: "/dev/extra is not the path of a stage.", hint: "Connect to the path of a stage: /dev, /prod." },
  ])
})

test("an API without a deployed stage is reported with what the template needs", () => {
  const { report, warnings } = reporter([])
  report("/dev")
  expect(warnings).toMatchObject([{ hint: expect.stringContaining("AWS::ApiGatewayV2::Stage with AutoDeploy") }])
})

test("clients cannot print without a bound", () => {
  const { report, warnings } = reporter(["dev"])
  report("/".padEnd(8192, "x"))
  for (let n = 0; n < 100; n++) report(`/${n}`)
  expect(warnings).toHaveLength(20)
  expect(warnings[0]).toMatchObject({ message: `/${"x".repeat(99)} is not the path of a stage.` })
})
