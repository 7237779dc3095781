// What CloudFront distributions and bucket deployments yield.
import { describe, expect, test } from "vitest"
import { readDefinition } from "../read-definition.ts"
import { type Changes, chatResources } from "../testing/chat-template.ts"
import { stackOf } from "../testing/stack-of.ts"

const assets = new Map([
  ["page.zip", { path: "/out/page", form: "folder" as const }],
  ["config.zip", { path: "/out/config", form: "folder" as const }],
  ["archive.zip", { path: "/out/archive.zip", form: "zip" as const }],
])

function define(changes: Changes) {
  return readDefinition([stackOf({ Resources: chatResources({ Web: bucket, ...changes }) }, { assets })])
}

const bucket = { Type: "AWS::S3::Bucket", Properties: { BucketName: "web" } }

function deployment(properties: Record<string, unknown> = {}) {
  return {
    Type: "Custom::CDKBucketDeployment",
    Properties: { SourceObjectKeys: ["page.zip"], DestinationBucketName: { Ref: "Web" }, ...properties },
  }
}

function distribution(config: Record<string, unknown> = {}) {
  return {
    Type: "AWS::CloudFront::Distribution",
    Properties: {
      DistributionConfig: {
        Origins: [{ DomainName: { "Fn::GetAtt": ["Web", "RegionalDomainName"] } }],
        ...config,
      },
    },
  }
}

describe("a site", () => {
  test("has the files of the bucket deployments, with their markers", () => {
    const { sites, webSocketApis } = define({
      Files: deployment({
        SourceObjectKeys: ["page.zip", "config.zip"],
        SourceMarkers: [{}, { "<<1>>": { Ref: "Api" }, "<<2>>": 'say "hi"', "<<3>>": { a: 1 } }],
        SourceMarkersConfig: [{}, { jsonEscape: "true" }],
        DestinationBucketKeyPrefix: "/app/",
      }),
      Distribution: distribution({
        DefaultRootObject: "home.html",
        CustomErrorResponses: [{ ErrorCode: 403, ResponseCode: 200, ResponsePagePath: "/home.html" }],
      }),
    })
    expect(sites).toMatchObject([
      {
        domainName: expect.stringMatching(/^d\w+\.cloudfront\.net$/),
        defaultRootObject: "home.html",
        notFound: { path: "/home.html", status: 200 },
        sources: [
          { path: "/out/page", prefix: "app", markers: {} },
          {
            path: "/out/config",
            prefix: "app",
            markers: { "<<1>>": webSocketApis[0]!.apiId, "<<2>>": 'say \\"hi\\"', "<<3>>": '{"a":1}' },
          },
        ],
      },
    ])
  })

  test("has index.html and no page for errors by default", () => {
    const [site] = define({ Files: deployment(), Distribution: distribution() }).sites
    expect(site).toMatchObject({ defaultRootObject: "index.html", sources: [{ markers: {} }] })
    expect(site).not.toHaveProperty("notFound")
    expect(site!.sources[0]).not.toHaveProperty("prefix")
  })

  test.each<[unknown, Record<string, unknown>, string]>([
    ['a "b"', {}, 'a "b"'],
    [{ a: 1 }, {}, '{"a":1}'],
    ['a "b"', { markerEncodings: { m: "JSON_VALUE" } }, '"a \\"b\\""'],
    ['a "b"', { markerEncodings: { m: "UNQUOTED_JSON_VALUE" } }, 'a \\"b\\"'],
    ["plain-text", { markerEncodings: { m: "YAML_STRING" } }, "plain-text"],
    ["two words", { markerEncodings: { m: "YAML_STRING" } }, '"two words"'],
    ["yes", { markerEncodings: { m: "YAML_STRING" } }, '"yes"'],
    ['a "b"', { jsonEscape: "true", markerEncodings: { m: "LITERAL" } }, 'a "b"'],
  ])("encodes the marker %j under %j as %s", (value, config, expected) => {
    const [site] = define({
      Files: deployment({ SourceMarkers: [{ m: value }], SourceMarkersConfig: [config] }),
      Distribution: distribution(),
    }).sites
    expect(site!.sources[0]!.markers).toEqual({ m: expected })
  })

  test.each([
    [[{ ErrorCode: 404, ResponseCode: 404, ResponsePagePath: "/404.html" }], { path: "/404.html", status: 404 }],
    [[{ ErrorCode: "404", ResponsePagePath: "/404.html" }], { path: "/404.html", status: 200 }],
    [[{ ErrorCode: 500, ResponseCode: 500, ResponsePagePath: "/500.html" }], undefined],
    [[{ ErrorCode: 403, ErrorCachingMinTTL: 1 }], undefined],
  ])("with the error responses %j has the page %j for unknown paths", (CustomErrorResponses, expected) => {
    const { sites } = define({ Files: deployment(), Distribution: distribution({ CustomErrorResponses }) })
    expect(sites[0]!.notFound).toEqual(expected)
  })

  test("without an asset on this machine is reported", () => {
    const { sites, notices } = define({
      Files: deployment({ SourceObjectKeys: ["page.zip", "gone.zip"] }),
      Distribution: distribution(),
    })
    expect(sites[0]!.sources).toHaveLength(1)
    expect(notices).toMatchObject([
      { logicalId: "Files", message: "The asset gone.zip is not on this machine, so its files are missing." },
    ])
  })

  test("has no files of an archive, which is reported", () => {
    const { sites, notices } = define({
      Files: deployment({ SourceObjectKeys: ["page.zip", "archive.zip"] }),
      Distribution: distribution(),
    })
    expect(sites[0]!.sources).toMatchObject([{ path: "/out/page" }])
    expect(notices).toMatchObject([
      { logicalId: "Files", message: "The archive /out/archive.zip is not unpacked, so its files are missing." },
    ])
  })

  test("after the first one is reported and absent", () => {
    const { sites, notices } = define({ Files: deployment(), First: distribution(), Second: distribution() })
    expect(sites.map(({ logicalId }) => logicalId)).toEqual(["First"])
    expect(notices).toMatchObject([
      { logicalId: "Second", message: "Only the first distribution with files is served, so this one is not." },
    ])
  })

  test("without a bucket deployment for its origin is reported and absent", () => {
    const other = { Type: "AWS::S3::Bucket", Properties: { BucketName: "other" } }
    const { sites, notices } = define({
      Other: other,
      Files: deployment({ DestinationBucketName: { Ref: "Other" } }),
      Distribution: distribution(),
    })
    expect(sites).toEqual([])
    expect(notices).toMatchObject([
      {
        logicalId: "Distribution",
        message: "No bucket deployment has files for its origin, so this distribution is not served.",
      },
      {
        logicalId: "Files",
        message: "Its files are not put into the bucket, which is not the origin of a distribution.",
      },
    ])
  })
})
