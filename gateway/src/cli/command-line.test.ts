// Running a command: its options, time zone and exit code. Its output is tested with the process (main.test.ts).
import { expect, test } from "vitest"
import { type Command, commandLine } from "./command-line.ts"
import type { CommandOptions } from "./options.ts"

function commandThat(run: Command["run"]): Command {
  return { help: "help", version: "1.0.0", run }
}

test("runs the command with its options and variables, in UTC, and returns its exit code", async () => {
  const seen: CommandOptions[] = []
  const env: NodeJS.ProcessEnv = { AWS_ENDPOINT_URL_S3: "http://s3", TZ: "Asia/Tokyo" }
  const command = commandThat(async (options, _reporter, closed) => {
    seen.push(options)
    expect(closed.aborted).toBe(false)
    expect(env.TZ).toBe("UTC")
    return 7
  })
  expect(await commandLine(["a.yaml", "--port", "0"], env, command)).toBe(7)
  expect(seen).toMatchObject([{ positionals: ["a.yaml"], port: 0, endpoints: { s3: "http://s3" } }])
})

test("the AWS SDK of the gateway does not warn of the version of Node.js, except when the user wants it", async () => {
  const name = "AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED"
  const after = async (env: NodeJS.ProcessEnv) => {
    await commandLine(
      [],
      env,
      commandThat(async () => 0),
    )
    return env[name]
  }
  expect(await after({})).toBe("true")
  expect(await after({ [name]: "false" })).toBe("false")
})
