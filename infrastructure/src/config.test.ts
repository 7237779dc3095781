// The settings of cdk.json and of the command line: defaults, overrides, and how mistakes are reported.
import fc from "fast-check"
import { describe, expect, test } from "vitest"
import { anonymousLimits, ConfigError, readConfig, settings } from "./config.ts"

const environments = { dev: { data_removal: "destroy" }, prod: { sign_in: "cognito" } }
const read = (overrides: Record<string, unknown> = {}) => readConfig({ environments, ...overrides })

describe("an environment", () => {
  test("is dev by default", () => {
    expect(read().envName).toBe("dev")
    expect(read().config.data_removal).toBe("destroy")
  })

  test("is selected by env and uses the defaults for settings that its block omits", () => {
    const { envName, config } = read({ env: "prod" })
    expect(envName).toBe("prod")
    expect(config).toMatchObject({ data_removal: "retain", api_throttle_rate: 1000, api_throttle_burst: 2000 })
  })

  test("that does not exist is rejected with those that do", () => {
    expect(() => read({ env: "staging" })).toThrow(
      '"staging" is not an environment of cdk.json. Environments: dev, prod.',
    )
  })

  test("whose name is too long for the bucket's name is rejected", () => {
    expect(() => readConfig({ env: "preproduction", environments: { preproduction: {} } })).toThrow("1 to 9 lower-case")
  })
})

describe("a setting", () => {
  test("of the command line overrides the block, and the block overrides the default", () => {
    const blocks = { environments: { dev: { api_throttle_rate: 50 } } }
    expect(readConfig(blocks).config.api_throttle_rate).toBe(50)
    expect(readConfig({ ...blocks, api_throttle_rate: "70" }).config.api_throttle_rate).toBe(70)
  })

  test("of the command line is parsed from text", () => {
    const { config } = read({
      detailed_metrics: "false",
      http_throttle_rate: "7",
      web_origins: '["https://docs.example.com"]',
      route_throttles: '{"progress":{"rate":5,"burst":9}}',
      alarm_email: "a@example.com",
    })
    expect(config).toMatchObject({
      detailed_metrics: false,
      http_throttle_rate: 7,
      web_origins: ["https://docs.example.com"],
      route_throttles: { progress: { rate: 5, burst: 9 } },
      alarm_email: "a@example.com",
    })
  })

  test.each([
    [
      "api_throttle_rate",
      0,
      "api_throttle_rate is 0: it accepts a whole number from 1 to 1000000 (requests per second).",
    ],
    ["api_throttle_burst", -5, "api_throttle_burst is -5: it accepts a whole number"],
    ["api_throttle_rate", "fast", 'api_throttle_rate is "fast": it accepts a whole number'],
    ["detailed_metrics", "perhaps", 'detailed_metrics is "perhaps": it accepts true or false.'],
    ["hosting", "s3", 'hosting is "s3": it accepts one of cloudfront, apprunner, none.'],
    [
      "integration_timeout_ms",
      30_000,
      "integration_timeout_ms is 30000: it accepts a whole number from 50 to 29000 (milliseconds).",
    ],
    ["log_retention_days", 8, "log_retention_days is 8: it accepts one of 1, 3, 5, 7,"],
    ["alarm_email", "nobody", 'alarm_email is "nobody": it accepts an e-mail address, or nothing.'],
    ["route_throttles", { progress: { rate: 0, burst: 1 } }, "it accepts throttles by route key"],
    ["web_origins", ["docs.example.com"], "it accepts a list of origins"],
  ])("%s = %j is rejected with what is accepted", (key, value, message) => {
    expect(() => read({ [key]: value })).toThrow(message)
  })

  test("that does not exist is rejected, with a similar one", () => {
    expect(() => read({ throttle_rate: "5" })).toThrow(
      '"throttle_rate" is not a known setting. Did you mean api_throttle_rate',
    )
    expect(() => readConfig({ environments: { dev: { nonsense: 1 } } })).toThrow(
      '"nonsense" is not a known setting. Known settings: api_throttle_rate,',
    )
  })

  test("of CDK itself is ignored", () => {
    expect(() =>
      read({ "@aws-cdk/core:newStyle": true, "aws:cdk:bundling-stacks": ["**"], "cli-telemetry": false }),
    ).not.toThrow()
  })

  test("above the account's quota is rejected, and accepted when the quota was raised", () => {
    expect(() => read({ api_throttle_rate: 20_000 })).toThrow(
      "api_throttle_rate is 20000, above the quota of the account: it accepts at most 10000",
    )
    expect(() => read({ route_throttles: { progress: { rate: 1, burst: 6_000 } } })).toThrow(
      "route_throttles.progress.burst is 6000",
    )
    expect(read({ api_throttle_rate: 20_000, account_throttle_rate: 30_000 }).config.api_throttle_rate).toBe(20_000)
  })

  test("problems are reported together", () => {
    const readBoth = () => read({ api_throttle_rate: 0, hosting: "s3" })
    expect(readBoth).toThrow("api_throttle_rate is 0")
    expect(readBoth).toThrow("hosting is")
  })

  test("of sign-in that leaves prod open is rejected, unless allow_anonymous and alarm_email are set", () => {
    const open = { env: "prod", sign_in: "none" }
    expect(() => read(open)).toThrow(
      'sign_in in prod is "none", so anyone on the internet can upload: set sign_in to "cognito", or allow_anonymous to true.',
    )
    expect(() => read({ ...open, allow_anonymous: "true" })).toThrow("allow_anonymous in prod needs alarm_email")
    const accepted = read({ ...open, allow_anonymous: "true", alarm_email: "ops@example.com" })
    expect(anonymousLimits(accepted)).toEqual({
      uploadThrottle: { rateLimit: 2, burstLimit: 4 },
      maxDocumentBytes: 10_000_000,
      monthlyBudgetUsd: 50,
    })
    expect(anonymousLimits(read({ env: "prod" }))).toBe(undefined)
    expect(anonymousLimits(read())).toBe(undefined)
  })

  test.each(["apprunner", "none"])("sign_in with hosting=%s requires the page's origin", (hosting) => {
    const overrides = { sign_in: "cognito", hosting }
    const message = `sign_in in dev is "cognito" and hosting is "${hosting}": web_origins must list the page's origin`
    expect(() => read(overrides)).toThrow(message)
    expect(() => read({ ...overrides, web_origins: ["*"] })).toThrow(message)
    expect(() => read({ ...overrides, web_origins: ["https://docs.example.com"] })).not.toThrow()
  })

  test("with a domain name requires its certificate", () => {
    expect(() => read({ web_domain_name: "docs.example.com" })).toThrow(
      "web_domain_name in dev needs web_certificate_arn",
    )
  })
})

test("for any input, either every setting has its type or a ConfigError names a key of the input", () => {
  const names = Object.keys(settings)
  fc.assert(
    fc.property(fc.dictionary(fc.constantFrom(...names), fc.jsonValue()), (given) => {
      try {
        const { config } = read(given)
        expect(config.api_throttle_rate).toBeGreaterThan(0)
        expect(config.api_throttle_rate).toBeLessThanOrEqual(config.account_throttle_rate)
        expect(Object.keys(config).sort()).toEqual([...names].sort())
      } catch (error) {
        expect(error).toBeInstanceOf(ConfigError)
        expect(Object.keys(given).some((key) => (error as Error).message.includes(key))).toBe(true)
      }
    }),
  )
})
