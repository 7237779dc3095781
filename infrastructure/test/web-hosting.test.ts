// The page's hosting: CloudFront, App Runner or none, the security headers, and switching between the three.
import { readFileSync } from "node:fs"
import { join } from "node:path"
import { describe, expect, test } from "vitest"
import { synthesized, withoutSignIn } from "./synthesized.ts"

const appRunnerFile = (name: string) => readFileSync(join(import.meta.dirname, "..", "app-runner", name), "utf8")

describe.each(["dev", "prod"])("the page of %s", (envName) => {
  const app = synthesized(envName)

  test("is served by CloudFront over TLS from a private bucket that only this distribution reads", () => {
    const { DistributionConfig } = app.one("web-hosting", "AWS::CloudFront::Distribution").Properties
    expect(DistributionConfig).toMatchObject({
      DefaultRootObject: "index.html",
      DefaultCacheBehavior: { ViewerProtocolPolicy: "redirect-to-https", Compress: true },
    })
    expect(
      app.one("web-hosting", "AWS::CloudFront::OriginAccessControl").Properties.OriginAccessControlConfig,
    ).toMatchObject({
      OriginAccessControlOriginType: "s3",
      SigningBehavior: "always",
    })
    const readers = app
      .one("web-hosting", "AWS::S3::BucketPolicy")
      .Properties.PolicyDocument.Statement.filter(
        ({ Action }: { Action: string | string[] }) => Action === "s3:GetObject",
      )
    expect(readers).toMatchObject([
      {
        Principal: { Service: "cloudfront.amazonaws.com" },
        Condition: { StringEquals: { "AWS:SourceArn": expect.stringContaining("<Distribution>") } },
      },
    ])
  })

  test("is also the response to the address of a document, which is no object", () => {
    const { DistributionConfig } = app.one("web-hosting", "AWS::CloudFront::Distribution").Properties
    const page = { ResponseCode: 200, ResponsePagePath: "/index.html" }
    expect(DistributionConfig.CustomErrorResponses).toMatchObject([
      { ErrorCode: 403, ...page },
      { ErrorCode: 404, ...page },
    ])
  })

  test("gets its URLs from config.json, which is written during deployment", () => {
    const deployment = app.one("web-hosting", "Custom::CDKBucketDeployment").Properties
    const markers = Object.values(Object.assign({}, ...deployment.SourceMarkers))
    expect(deployment.SourceObjectKeys).toHaveLength(2)
    expect(markers).toEqual(expect.arrayContaining(["<WebSocketApi>", "<HttpApi.ApiEndpoint>"]))
  })

  test("publishes its URL", () => {
    expect(app.template("web-hosting").outputs.WebUrl).toMatchObject({
      Value: "https://<Distribution.DomainName>",
      Export: { Name: `document-insight-${envName}-web-hosting-WebUrl` },
    })
  })

  test("may connect to the hosts of its two APIs and of its bucket, and to no other", () => {
    const { ResponseHeadersPolicyConfig } = app.one("web-hosting", "AWS::CloudFront::ResponseHeadersPolicy").Properties
    const { ContentSecurityPolicy } = ResponseHeadersPolicyConfig.SecurityHeadersConfig
    expect(connectSources(ContentSecurityPolicy.ContentSecurityPolicy)).toEqual(connectSourcesOf(envName))
  })
})

describe("settings of the page", () => {
  test("web_domain_name sets its address, its certificate and its origin", () => {
    const certificate = "arn:aws:acm:us-east-1:111122223333:certificate/abc"
    const app = synthesized("dev", { web_domain_name: "docs.example.com", web_certificate_arn: certificate })
    expect(app.one("web-hosting", "AWS::CloudFront::Distribution").Properties.DistributionConfig).toMatchObject({
      Aliases: ["docs.example.com"],
      ViewerCertificate: { AcmCertificateArn: certificate, MinimumProtocolVersion: "TLSv1.2_2021" },
    })
    expect(app.template("web-hosting").outputs.WebUrl?.Value).toBe("https://docs.example.com")
    expect(app.one("storage", "AWS::S3::Bucket").Properties.CorsConfiguration.CorsRules[0].AllowedOrigins).toEqual([
      "https://docs.example.com",
    ])
  })

  test("hosting=apprunner runs the image of the page there, with the same URLs and the same policy", () => {
    const app = synthesized("dev", { hosting: "apprunner" })
    const { ImageRepository } = app.one("web-hosting", "AWS::AppRunner::Service").Properties.SourceConfiguration
    const [policy, ...others] = ImageRepository.ImageConfiguration.RuntimeEnvironmentVariables.toReversed()
    expect(others.toReversed()).toEqual([
      { Name: "WEB_SOCKET_URL", Value: "wss://<WebSocketApi>.execute-api.<AWS::Region>.<AWS::URLSuffix>/dev" },
      { Name: "API_ENDPOINT", Value: "<HttpApi.ApiEndpoint>" },
      { Name: "ENV_NAME", Value: "dev" },
      { Name: "ACCEPTS_IMAGES", Value: "false" },
      { Name: "SIGN_IN", Value: "null" },
    ])
    expect(policy.Name).toBe("CONTENT_SECURITY_POLICY")
    expect(connectSources(policy.Value)).toEqual(connectSourcesOf("dev"))
    const { outputs } = app.template("web-hosting")
    expect(outputs.AppRunnerServiceUrl?.Value).toBe("https://<PageService.ServiceUrl>")
    expect(outputs.WebUrl?.Value).toBe("https://<PageService.ServiceUrl>")
    expect(app.all("web-hosting", "AWS::CloudFront::Distribution")).toEqual([])
  })

  test("nginx on App Runner uses every variable that the service sets, and sends the policy with every response", () => {
    const app = synthesized("dev", { hosting: "apprunner" })
    const { ImageRepository } = app.one("web-hosting", "AWS::AppRunner::Service").Properties.SourceConfiguration
    const names = ImageRepository.ImageConfiguration.RuntimeEnvironmentVariables.map(
      ({ Name }: { Name: string }) => Name,
    )
    const template = appRunnerFile("page.conf.template")
    const used = [...template.matchAll(/\$\{([A-Z_]+)\}/g)].map(([, name]) => name)
    expect(used.toSorted()).toEqual(names.toSorted())
    // `always`: nginx otherwise leaves the header out of error responses. No location has an add_header of its own,
    // which would replace the server's.
    expect(template).toContain('add_header Content-Security-Policy "${CONTENT_SECURITY_POLICY}" always;')
    expect(template.slice(template.indexOf("location"))).not.toContain("add_header")
    // The address of a document is the page.
    expect(template).toContain("try_files $uri /index.html;")
  })

  test("hosting=none omits the page and its stack", () => {
    const names = synthesized("dev", { hosting: "none" }).stacks.map(({ stackName }) => stackName)
    expect(names).toContain("document-insight-dev-monitoring")
    expect(names).not.toContain("document-insight-dev-web-hosting")
  })
})

describe("switching the hosting", () => {
  const hostings = ["cloudfront", "apprunner", "none"]
  const apps = hostings.map((hosting) => ({ hosting, app: synthesized("prod", { hosting, ...withoutSignIn }) }))

  // CloudFormation rejects an update that removes an export which a deployed stack imports: the page's stack is still
  // deployed while the stacks before it are updated, and stays deployed with hosting=none.
  test.each(hostings)("away from %s keeps every export that the page's stack imports", (from) => {
    const before = apps.find(({ hosting }) => hosting === from)!.app
    const imported = importsOf(before.stacks.find(({ stackName }) => stackName.endsWith("web-hosting"))?.template)
    if (from !== "none") expect(imported.length).toBeGreaterThan(1)
    for (const { app } of apps) {
      const exported = app.stacks
        .filter(({ stackName }) => !stackName.endsWith("web-hosting"))
        .flatMap(({ template }) => Object.values<Output>(template.Outputs ?? {}))
        .map(({ Export }) => Export?.Name)
      expect(exported).toEqual(expect.arrayContaining(imported))
    }
  })

  test("changes no stack other than the page's", () => {
    const others = apps.map(({ app }) =>
      app.stacks
        .filter(({ stackName }) => !stackName.endsWith("web-hosting"))
        .map(({ stackName, template }) => [stackName, template]),
    )
    expect(others[1]).toEqual(others[0])
    expect(others[2]).toEqual(others[0])
  })
})

type Output = { Export?: { Name: string } }

/** The names of the exports that a template imports. */
function importsOf(template: unknown): string[] {
  return [...JSON.stringify(template ?? {}).matchAll(/"Fn::ImportValue":"([^"]+)"/g)].map(([, name]) => name as string)
}

function connectSources(policy: string): string[] {
  const directive = policy.split("; ").find((each) => each.startsWith("connect-src "))
  return directive?.split(" ").slice(1) ?? []
}

function connectSourcesOf(envName: string): string[] {
  return [
    "'self'",
    "<HttpApi.ApiEndpoint>",
    "wss://<WebSocketApi>.execute-api.<AWS::Region>.<AWS::URLSuffix>",
    `https://document-insight-${envName}-uploads-<AWS::AccountId>-<AWS::Region>.s3.<AWS::Region>.<AWS::URLSuffix>`,
    ...(envName === "prod" ? ["https://<UserPoolDomain>.auth.<AWS::Region>.amazoncognito.com"] : []),
  ]
}
