// Settings: what cdk.json and the command line may say, and how a mistake is told.
import fc from "fast-check"
import { describe, expect, test } from "vitest"
import { ConfigError, readConfig, settings } from "./config.ts"

const environments = { dev: { data_removal: "destroy" }, prod: {} }
const read = (overrides: Record<string, unknown> = {}) => readConfig({ environments, ...overrides })

describe("an environment", () => {
  test("is dev when nothing is said", () => {
    expect(read().envName).toBe("dev")
    expect(read().config.data_removal).toBe("destroy")
  })

  test("is chosen by env, and takes the defaults for what its block leaves out", () => {
    const { envName, config } = read({ env: "prod" })
    expect(envName).toBe("prod")
    expect(config).toMatchObject({ data_removal: "retain", api_throttle_rate: 1000, api_throttle_burst: 2000 })
  })

  test("that is not there is refused with those that are", () => {
    expect(() => read({ env: "staging" })).toThrow('There is no environment "staging" in cdk.json: it has dev, prod.')
  })

  test("whose name would not fit into a bucket's is refused", () => {
    expect(() => readConfig({ env: "preproduction", environments: { preproduction: {} } })).toThrow("1 to 9 lower-case")
  })
})

describe("a setting", () => {
  test("of the command line wins over the block, and the block over the default", () => {
    const blocks = { environments: { dev: { api_throttle_rate: 50 } } }
    expect(readConfig(blocks).config.api_throttle_rate).toBe(50)
    expect(readConfig({ ...blocks, api_throttle_rate: "70" }).config.api_throttle_rate).toBe(70)
  })

  test("arrives from the command line as text and becomes what it looks like", () => {
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
  ])("%s = %j is refused with what it accepts", (key, value, message) => {
    expect(() => read({ [key]: value })).toThrow(message)
  })

  test("that does not exist is refused, with one that is meant", () => {
    expect(() => read({ throttle_rate: "5" })).toThrow("throttle_rate is no setting. Did you mean api_throttle_rate")
    expect(() => readConfig({ environments: { dev: { nonsense: 1 } } })).toThrow(
      "nonsense is no setting. Settings: api_throttle_rate,",
    )
  })

  test("of CDK's own is left alone", () => {
    expect(() =>
      read({ "@aws-cdk/core:newStyle": true, "aws:cdk:bundling-stacks": ["**"], "cli-telemetry": false }),
    ).not.toThrow()
  })

  test("over the account's quota is refused, and passes when the quota was raised", () => {
    expect(() => read({ api_throttle_rate: 20_000 })).toThrow(
      "api_throttle_rate is 20000, more than the account allows: it accepts at most 10000",
    )
    expect(() => read({ route_throttles: { progress: { rate: 1, burst: 6_000 } } })).toThrow(
      "route_throttles.progress.burst is 6000",
    )
    expect(read({ api_throttle_rate: 20_000, account_throttle_rate: 30_000 }).config.api_throttle_rate).toBe(20_000)
  })

  test("problems are told all at once", () => {
    const telling = () => read({ api_throttle_rate: 0, hosting: "s3" })
    expect(telling).toThrow("api_throttle_rate is 0")
    expect(telling).toThrow("hosting is")
  })

  test("with a domain name needs its certificate", () => {
    expect(() => read({ web_domain_name: "docs.example.com" })).toThrow(
      "web_domain_name in dev needs web_certificate_arn",
    )
  })
})

test("whatever is given, either every setting has its type or a ConfigError names a key that was given", () => {
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
