// Reads and validates the settings in the context of cdk.json and `-c key=value`, before any stack is built.
import * as v from "valibot"
import { noSummaryModel, summaryModelProblems } from "./summary-model.ts"

/** An invalid setting. The message names the key, the value and what is accepted. */
export class ConfigError extends Error {
  override name = "ConfigError"
}

// An account with a raised quota sets these two.
// AWS: the default per account and region is 10,000 requests/s with a bucket of 5,000 (throttle-account)
const accountRate = 10_000
const accountBurst = 5_000

const throttle = v.strictObject({ rate: v.pipe(v.number(), v.minValue(1)), burst: v.pipe(v.number(), v.minValue(1)) })

// AWS: CloudWatch Logs accepts these retention periods (system-log-retention)
const retentionDays = [
  1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
]

/** Every setting by its name on the command line, in cdk.json and in the code; `describe` is what it accepts. */
export const settings = {
  // WebSocket API. Zero is rejected because it means "no traffic", not "no limit".
  api_throttle_rate: wholeNumber(1, 1_000_000, 1_000, "requests per second"),
  api_throttle_burst: wholeNumber(1, 1_000_000, 2_000, "requests"),
  route_throttles: v.optional(
    describe(v.record(v.string(), throttle), 'throttles by route key, like {"progress": {"rate": 100, "burst": 200}}'),
    {},
  ),
  account_throttle_rate: wholeNumber(1, 1_000_000, accountRate, "requests per second, the account's quota"),
  account_throttle_burst: wholeNumber(1, 1_000_000, accountBurst, "requests, the account's quota"),
  execution_log_level: oneOf(["OFF", "ERROR", "INFO"], "INFO"),
  execution_log_data_trace: flag(true),
  detailed_metrics: flag(true),
  manage_api_gateway_account: flag(false),
  // AWS: the integration timeout is 50 ms to 29 s and cannot be raised (limit-integration-timeout-range)
  integration_timeout_ms: wholeNumber(50, 29_000, 29_000, "milliseconds"),

  // Posts to @connections count against the account's quota like every other request of its APIs.
  push_rate_percent: wholeNumber(1, 100, 80, "percent of account_throttle_rate that pushes may use"),

  // HTTP API
  http_throttle_rate: wholeNumber(1, 1_000_000, 100, "requests per second"),
  http_throttle_burst: wholeNumber(1, 1_000_000, 200, "requests"),

  // Sign-in. With "none", everyone may upload, and a document's id is enough to read and delete it.
  sign_in: oneOf(["none", "cognito"], "none"),
  /** Lets prod have no sign-in, with the limits of `anonymousLimits`. */
  allow_anonymous: flag(false),
  self_sign_up: flag(false),
  monthly_budget_usd: wholeNumber(1, 1_000_000, 50, "US dollars, without sign-in in prod"),

  // The page
  hosting: oneOf(["cloudfront", "apprunner", "none"], "cloudfront"),
  web_domain_name: text(/^([a-z0-9-]+\.)+[a-z]{2,}$|^$/, "a domain name like docs.example.com, or nothing", ""),
  web_certificate_arn: text(
    /^arn:[^:]+:acm:us-east-1:\d{12}:certificate\/.+$|^$/,
    "the ARN of a certificate in us-east-1, or nothing",
    "",
  ),
  web_origins: v.optional(
    describe(
      v.array(v.pipe(v.string(), v.regex(/^(https?:\/\/[^/]+|\*)$/))),
      'a list of origins, like ["https://docs.example.com"]',
    ),
    [],
  ),

  // Functions
  connection_handler_memory_mb: wholeNumber(128, 10_240, 512, "MB"),
  connection_handler_timeout_seconds: wholeNumber(1, 29, 10, "seconds"),
  // Reserved concurrency guarantees the routes' functions their executions when the account's are used up; 0 reserves
  // none. AWS: 100 executions of an account stay unreserved, so a new account can reserve none
  // (system-unreserved-concurrency)
  connection_handler_reserved_concurrency: wholeNumber(0, 1_000, 0, "concurrent executions; 0 reserves none"),
  // Reading a document may take 1 GB (functions/src/document-processor/reading/reading-monitor.ts).
  document_processor_memory_mb: wholeNumber(1_024, 10_240, 2_048, "MB"),
  document_processor_timeout_seconds: wholeNumber(10, 900, 300, "seconds"),
  // What does not fit one invocation continues in the next: with the timeout of 300 seconds, a document gets an hour.
  document_processor_max_continuations: wholeNumber(0, 100, 11, "invocations that continue a document"),
  // A new account has 10 concurrent executions: 6 are for the watchdog and the notifier, whose event sources accept no
  // fewer than 2 each, and the routes' functions need one.
  document_processor_max_concurrency: wholeNumber(2, 1_000, 3, "documents at a time"),
  // How long an attempt claims its document and hides its message without a heartbeat: after an invocation died, the
  // next attempt starts this much later. Watchers are notified of it "within two minutes".
  document_processor_claim_seconds: wholeNumber(5, 110, 90, "seconds"),
  // AWS: an event source mapping accepts no less than 2 (system-source-concurrency)
  progress_notifier_max_concurrency: wholeNumber(2, 1_000, 2, "pages of watchers that are notified at a time"),
  progress_notifier_memory_mb: wholeNumber(128, 10_240, 1_769, "MB"),
  // Text recognition (OCR) in scans and images, with these languages of Tesseract. Each needs its package of language data.
  ocr: text(
    /^(none|[a-z]{3}(_[a-z]+)*(\+[a-z]{3}(_[a-z]+)*)*)$/,
    "the languages of scans and images, like eng or eng+deu, or none",
    "none",
  ),
  ocr_pages_at_a_time: wholeNumber(1, 100, 2, "pages of one document that are recognized at the same time"),
  // A page needs some 300 MB and two seconds of CPU time; Lambda assigns CPU in proportion to the memory.
  ocr_memory_mb: wholeNumber(1_024, 10_240, 2_048, "MB"),
  ocr_timeout_seconds: wholeNumber(10, 900, 60, "seconds for a page"),
  // The model of Amazon Bedrock that writes summaries. By default they are quoted from the documents, which stay here.
  summary_model: text(
    /^(none|[a-z0-9-]+(\.[a-z0-9-]+)+(:[a-z0-9-]+)*)$/,
    "the id of a foundation model or of an inference profile of Amazon Bedrock, or none",
    noSummaryModel,
  ),
  summary_model_regions: v.optional(
    describe(v.array(v.pipe(v.string(), v.regex(/^[a-z]{2}(-[a-z]+)+-\d$/))), 'a list of regions, like ["eu-west-1"]'),
    [],
  ),
  documents_api_memory_mb: wholeNumber(128, 10_240, 512, "MB"),
  documents_api_timeout_seconds: wholeNumber(1, 29, 10, "seconds"),
  documents_api_reserved_concurrency: wholeNumber(0, 1_000, 0, "concurrent executions; 0 reserves none"),
  log_level: oneOf(["DEBUG", "INFO", "WARN", "ERROR"], "INFO"),
  tracing: flag(true),

  // Retention
  data_removal: oneOf(["destroy", "retain"], "retain"),
  point_in_time_recovery: flag(true),
  table_deletion_protection: flag(false),
  // A document is given up after max_attempts without progress between them. A message is received more often than a
  // document is tried: throttled invocations and leases of other invocations count as receives too.
  max_attempts: wholeNumber(1, 10, 3, "attempts per document"),
  max_receive_count: wholeNumber(1, 1_000, 10, "receives of an upload's message"),
  log_retention_days: v.optional(describe(v.picklist(retentionDays), `one of ${retentionDays.join(", ")} (days)`), 30),

  // Monitoring
  alarm_email: text(/^[^\s@]+@[^\s@]+\.[^\s@]+$|^$/, "an e-mail address, or nothing", ""),
  alarm_failed_documents: wholeNumber(1, 100_000, 5, "documents in five minutes"),
  alarm_client_error_percent: wholeNumber(1, 100, 10, "percent"),
  alarm_push_age_seconds: wholeNumber(60, 86_400, 300, "seconds"),
  alarm_upload_age_seconds: wholeNumber(60, 86_400, 900, "seconds"),
}

const configSchema = v.strictObject(settings)
export type Config = v.InferOutput<typeof configSchema>
type SettingName = keyof Config

/** The input of an app: the environment's name, which is also the stage's, and its validated settings. */
export type Environment = { envName: string; config: Config }

const productionName = "prod"

/** Uploads without sign-in in prod: a day of abuse costs dollars, not thousands of them. */
const anonymousUploadsPerSecond = 2
const anonymousUploadBurst = 4
const anonymousDocumentBytes = 10_000_000

/** The limits of an environment whose uploads are open to the internet; undefined for any other. */
export function anonymousLimits({ envName, config }: Environment) {
  if (envName !== productionName || config.sign_in !== "none") return undefined
  return {
    uploadThrottle: { rateLimit: anonymousUploadsPerSecond, burstLimit: anonymousUploadBurst },
    maxDocumentBytes: anonymousDocumentBytes,
    monthlyBudgetUsd: config.monthly_budget_usd,
  }
}

/**
 * Reads one environment from a CDK context.
 *
 * `env` names the block of `environments` (default `dev`). A setting at the top level, where `-c key=value` puts it,
 * overrides the block, and the block overrides the defaults above.
 *
 * @throws ConfigError naming every setting that is unknown, of the wrong type or out of range.
 */
export function readConfig(context: Readonly<Record<string, unknown>>): Environment {
  const envName = context.env ?? "dev"
  const environments = (context.environments ?? {}) as Record<string, Record<string, unknown>>
  const known = Object.keys(environments)
  const block = typeof envName === "string" ? environments[envName] : undefined
  if (typeof envName !== "string" || block === undefined) {
    throw new ConfigError(
      `${show(envName)} is not an environment of cdk.json. Environments: ${known.join(", ") || "none"}.`,
    )
  }
  // The name of the uploads bucket contains the environment, the account id and the region; S3 allows 63 characters.
  if (!/^[a-z][a-z0-9]{0,8}$/.test(envName)) {
    throw new ConfigError(`The environment's name ${show(envName)} must be 1 to 9 lower-case letters and digits.`)
  }
  return { envName, config: checkSettings({ ...block, ...overridesIn(context) }, envName) }
}

function overridesIn(context: Readonly<Record<string, unknown>>): Record<string, unknown> {
  // The context also contains CDK's flags (`@aws-cdk/...`, `aws:cdk:...`, `cli-...`); the settings are in snake case.
  const ours = Object.entries(context).filter(
    ([key]) => /^[a-z0-9]+(_[a-z0-9]+)*$/.test(key) && key !== "env" && key !== "environments",
  )
  return Object.fromEntries(
    ours.map(([key, value]) => [key, typeof value === "string" ? fromCommandLine(key, value) : value]),
  )
}

/** The command line has only strings: `1000`, `true` and `["a"]` are parsed as JSON where a string is not valid. */
function fromCommandLine(key: string, value: string): unknown {
  const setting = settings[key as SettingName]
  if (setting === undefined || v.is(setting, value)) return value
  try {
    return JSON.parse(value)
  } catch {
    return value
  }
}

function checkSettings(given: Record<string, unknown>, envName: string): Config {
  const result = v.safeParse(configSchema, given)
  if (!result.success) {
    const problems = result.issues.map((issue) => explain(issue.path?.[0]?.key as string, given))
    throw new ConfigError([...new Set(problems)].join("\n"))
  }
  const config = result.output
  const problems = [
    overAccount("api_throttle_rate", config.api_throttle_rate, "account_throttle_rate", config.account_throttle_rate),
    overAccount(
      "api_throttle_burst",
      config.api_throttle_burst,
      "account_throttle_burst",
      config.account_throttle_burst,
    ),
    overAccount("http_throttle_rate", config.http_throttle_rate, "account_throttle_rate", config.account_throttle_rate),
    overAccount(
      "http_throttle_burst",
      config.http_throttle_burst,
      "account_throttle_burst",
      config.account_throttle_burst,
    ),
    ...Object.entries(config.route_throttles).flatMap(([routeKey, { rate, burst }]) => [
      overAccount(`route_throttles.${routeKey}.rate`, rate, "account_throttle_rate", config.account_throttle_rate),
      overAccount(`route_throttles.${routeKey}.burst`, burst, "account_throttle_burst", config.account_throttle_burst),
    ]),
    config.web_domain_name !== "" && config.web_certificate_arn === ""
      ? `web_domain_name in ${envName} needs web_certificate_arn: a certificate for that name in us-east-1.`
      : undefined,
    ...signInProblems({ envName, config }),
    ...summaryModelProblems(envName, { model: config.summary_model, regions: config.summary_model_regions }),
  ].filter((problem) => problem !== undefined)
  if (problems.length > 0) throw new ConfigError(problems.join("\n"))
  return config
}

function signInProblems({ envName, config }: Environment): string[] {
  const { sign_in, hosting, web_origins, allow_anonymous, alarm_email } = config
  if (sign_in === "cognito") {
    if (hosting === "cloudfront" || (web_origins.length > 0 && !web_origins.includes("*"))) return []
    return [
      `sign_in in ${envName} is "cognito" and hosting is "${hosting}": web_origins must list the page's origin, which users return to after they signed in.`,
    ]
  }
  if (envName !== productionName) return []
  if (!allow_anonymous) {
    return [
      `sign_in in ${envName} is "none", so anyone on the internet can upload: set sign_in to "cognito", or allow_anonymous to true.`,
    ]
  }
  if (alarm_email !== "") return []
  return [`allow_anonymous in ${envName} needs alarm_email: the budget's alarm is sent there.`]
}

// AWS: the throttle of a stage or route cannot exceed the account's limit (system-throttle-limit)
function overAccount(key: string, value: number, accountKey: SettingName, quota: number): string | undefined {
  if (value <= quota) return undefined
  return `${key} is ${value}, above the quota of the account: it accepts at most ${quota} (raise ${accountKey} when AWS has raised the quota).`
}

function explain(key: string, given: Record<string, unknown>): string {
  const setting = settings[key as SettingName]
  if (setting !== undefined) return `${key} is ${show(given[key])}: it accepts ${v.getDescription(setting.wrapped)}.`
  const closest = Object.keys(settings).filter((name) => name.includes(key) || key.includes(name))
  const hint =
    closest.length > 0
      ? `Did you mean ${closest.join(" or ")}?`
      : `Known settings: ${Object.keys(settings).join(", ")}.`
  return `"${key}" is not a known setting. ${hint}`
}

function show(value: unknown): string {
  return value === undefined ? "missing" : JSON.stringify(value)
}

function describe<S extends v.GenericSchema>(schema: S, accepts: string) {
  return v.pipe(schema, v.description(accepts))
}

function wholeNumber(least: number, most: number, standard: number, unit: string) {
  const accepts = `a whole number from ${least} to ${most} (${unit})`
  return v.optional(describe(v.pipe(v.number(), v.integer(), v.minValue(least), v.maxValue(most)), accepts), standard)
}

function flag(standard: boolean) {
  return v.optional(describe(v.boolean(), "true or false"), standard)
}

function oneOf<const T extends string>(words: readonly T[], standard: NoInfer<T>) {
  return v.optional(describe(v.picklist(words), `one of ${words.join(", ")}`), standard)
}

function text(pattern: RegExp, accepts: string, standard: string) {
  return v.optional(describe(v.pipe(v.string(), v.regex(pattern)), accepts), standard)
}
