// The options of the commands: defaults, values, and the messages for invalid ones.
import { expect, test } from "vitest"
import { parseOptions } from "./options.ts"

test("uses the defaults without options", () => {
  expect(parseOptions([], {})).toEqual({
    port: 4000,
    env: undefined,
    json: false,
    dataDir: undefined,
    watch: false,
    quiet: false,
    open: false,
    browser: undefined,
    iam: "enforce",
    consoleWrite: false,
    otlpUrl: undefined,
    help: false,
    version: false,
    positionals: [],
    parameters: new Map(),
    imports: new Map(),
    context: new Map(),
    stack: undefined,
    region: undefined,
    account: undefined,
    envFile: undefined,
    skipCustomResources: false,
    users: [],
    endpoints: {},
  })
})

test("reads every option", () => {
  const argv = ["one", "--port", "0", "--env", "prod", "--json", "--data", "kept", "--watch", "--iam", "warn", "--help"]
  const more = [
    "--version",
    "--quiet",
    "--open",
    "--console-write",
    "--otlp",
    "http://localhost:4318",
    "--parameter",
    "A=1",
    "--context",
    "b=2",
    "--stack",
    "Main",
    "--env-file",
    ".env",
    "--skip-custom-resources",
    "--parameters",
    "values.json",
    "--user",
    "carol",
    "two",
  ]
  const environment = ["--region", "eu-west-1", "--account", "123456789012", "--import", "shared:Name=x"]
  expect(
    parseOptions([...argv, ...more, ...environment, "--endpoint", "SECRETS_MANAGER=http://s"], { BROWSER: "firefox" }),
  ).toEqual({
    port: 0,
    env: "prod",
    json: true,
    dataDir: "kept",
    watch: true,
    quiet: true,
    open: true,
    browser: "firefox",
    iam: "warn",
    consoleWrite: true,
    otlpUrl: "http://localhost:4318",
    help: true,
    version: true,
    positionals: ["one", "two"],
    parameters: new Map([["A", "1"]]),
    imports: new Map([["shared:Name", "x"]]),
    context: new Map([["b", "2"]]),
    stack: "Main",
    region: "eu-west-1",
    account: "123456789012",
    envFile: ".env",
    skipCustomResources: true,
    parameterFile: "values.json",
    users: ["carol"],
    endpoints: { "secrets-manager": "http://s" },
  })
})

test("reads the endpoints of real services from the variables of the AWS SDK, and ignores empty ones", () => {
  const endpointsOf = (env: NodeJS.ProcessEnv) => parseOptions([], env).endpoints
  expect(endpointsOf({ AWS_ENDPOINT_URL_DYNAMODB: "http://d", AWS_ENDPOINT_URL_S3: "http://s" })).toEqual({
    dynamodb: "http://d",
    s3: "http://s",
  })
  expect(endpointsOf({ AWS_ENDPOINT_URL_SQS: "http://q", AWS_ENDPOINT_URL_S3: "" })).toEqual({ sqs: "http://q" })
  expect(endpointsOf({ AWS_ENDPOINT_URL_BEDROCK_RUNTIME: "http://b", AWS_ENDPOINT_URL: "http://all" })).toEqual({
    "bedrock-runtime": "http://b",
  })
})

test("an endpoint of the command line takes precedence over the variable of its service", () => {
  const env = { AWS_ENDPOINT_URL_BEDROCK_RUNTIME: "http://variable", AWS_ENDPOINT_URL_S3: "http://s" }
  expect(parseOptions(["--endpoint", "bedrock-runtime=http://option"], env).endpoints).toEqual({
    "bedrock-runtime": "http://option",
    s3: "http://s",
  })
})

test("keeps every pair, its value with further = characters, and the last of two values for one name", () => {
  const { parameters } = parseOptions(
    ["--parameter", "A=x=y", "--parameter", "B=", "--parameter", "__proto__=1", "--parameter", "A=last"],
    {},
  )
  expect([...parameters]).toEqual([
    ["A", "last"],
    ["B", ""],
    ["__proto__", "1"],
  ])
})

test.each(["0", "1", "65535"])("accepts port %s", (port) => {
  expect(parseOptions(["--port", port], {}).port).toBe(Number(port))
})

test.each(["enforce", "warn", "off"])("accepts --iam %s", (mode) => {
  expect(parseOptions(["--iam", mode], {}).iam).toBe(mode)
})

test.each([
  [["--port=-1"], '--port is "-1".', /0 to 65535/],
  [["--port", "65536"], '--port is "65536".', /0 to 65535/],
  [["--port", "80.5"], '--port is "80.5".', /0 to 65535/],
  [["--port", "http"], '--port is "http".', /0 to 65535/],
  [["--port", " "], '--port is " ".', /0 to 65535/],
  [["--iam", "maybe"], '--iam is "maybe".', /enforce, warn, off/],
  [["--parameter", "Name"], '--parameter is "Name".', /--parameter NAME=VALUE/],
  [["--parameter", "=value"], '--parameter is "=value".', /--parameter NAME=VALUE/],
  [["--context", "key"], '--context is "key".', /--context NAME=VALUE/],
  [["--region", "Europe"], '--region is "Europe".', /eu-west-1/],
  [["--account", "1234"], '--account is "1234".', /12 digits/],
  [["--endpoint", "s3=nowhere"], '--endpoint s3 is "nowhere".', /--endpoint s3=http/],
  [["--otlp", "ftp://localhost"], '--otlp is "ftp://localhost".', /http:\/\/localhost:4318/],
  [["--otlp", "localhost:4318"], '--otlp is "localhost:4318".', /http:\/\/localhost:4318/],
  [
    ["--colour"],
    "--colour is not a known option.",
    /--port, --env, .*--env-file, --parameters, --skip-custom-resources, --help, --version\.$/,
  ],
  [["--prot", "3000"], "--prot is not a known option.", /^Did you mean --port\? --help explains all options\.$/],
  [["--port"], "--port has no value.", /^For example: --port 4000\. --help explains all options\.$/],
  [["--import"], "--import has no value.", /^For example: --import NAME=VALUE\./],
  [["--data="], "--data has no value.", /^For example: --data \.data\./],
  [["--data", "--json"], "--data has no value.", /^For example: --data \.data\./],
  [["--data", "--port=0"], "--data has no value.", /^For example: --data \.data\./],
  [["--port", "-1"], "-1 after --port is read as an option.", /^Join a value that starts with a hyphen: --port=-1\./],
  [["--json=yes"], "--json takes no value.", /^Write --json alone, or leave it out\./],
])("rejects %j with one sentence and a hint", (argv, message, hint) => {
  expect(() => parseOptions(argv, {})).toThrow(
    expect.objectContaining({ code: "BAD_OPTION", message, hint: expect.stringMatching(hint) }),
  )
})

test("--user is repeatable, and its names have no spaces", () => {
  expect(parseOptions(["--user", "carol", "--user", "dan@example.com"], {}).users).toEqual(["carol", "dan@example.com"])
  for (const name of ["", "a b", "<b>", "a".repeat(129)]) {
    expect(() => parseOptions(["--user", name], {})).toThrow(`--user is "${name}".`)
  }
})
