// Where the page is served from: CloudFront in front of a private bucket, or App Runner for accounts that have it.
import { existsSync } from "node:fs"
import { join } from "node:path"
import { Aws, Duration, RemovalPolicy } from "aws-cdk-lib"
import { Certificate } from "aws-cdk-lib/aws-certificatemanager"
import {
  AllowedMethods,
  CachePolicy,
  Distribution,
  type DistributionProps,
  HeadersFrameOption,
  HeadersReferrerPolicy,
  HttpVersion,
  PriceClass,
  ResponseHeadersPolicy,
  SecurityPolicyProtocol,
  ViewerProtocolPolicy,
} from "aws-cdk-lib/aws-cloudfront"
import { S3BucketOrigin } from "aws-cdk-lib/aws-cloudfront-origins"
import { LogGroup } from "aws-cdk-lib/aws-logs"
import { BlockPublicAccess, Bucket, BucketEncryption, type IBucket } from "aws-cdk-lib/aws-s3"
import { BucketDeployment, CacheControl, Source } from "aws-cdk-lib/aws-s3-deployment"
import type { Construct } from "constructs"
import type { ApiGatewayStack } from "./api-gateway-stack.ts"
import { addAppRunnerService } from "./app-runner-service.ts"
import { BaseDocumentInsightStack, type DocumentInsightStackProps } from "./base-stack.ts"
import { ConfigError } from "./config.ts"
import { acknowledgeHosting } from "./web-hosting-exceptions.ts"
import type { WebSocketApiStack } from "./websocket-api-stack.ts"

export type WebHostingStackProps = DocumentInsightStackProps & {
  webSocketApi: WebSocketApiStack
  httpApi: ApiGatewayStack
  /** The built page: a folder with `index.html`. */
  webRoot: string
}

/** What the page reads from `config.json` when it starts, so that one build serves every environment. */
export type PageConfig = { webSocketUrl: string; apiEndpoint: string; envName: string }

export class WebHostingStack extends BaseDocumentInsightStack {
  constructor(scope: Construct, props: WebHostingStackProps) {
    super(scope, "web-hosting", props, "The page")
    const { webSocketApi, httpApi, webRoot, envName } = props
    if (!existsSync(join(webRoot, "index.html"))) {
      throw new ConfigError(
        `The page is not built: ${webRoot} has no index.html. Run \`npm run synth\`, which builds it.`,
      )
    }
    const pageConfig = { webSocketUrl: webSocketApi.webSocketUrl, apiEndpoint: httpApi.httpApi.apiEndpoint, envName }
    if (this.config.hosting === "apprunner") {
      const url = addAppRunnerService(this, { webRoot, pageConfig })
      this.addStackOutput("AppRunnerServiceUrl", url, "The page, on App Runner")
      this.addStackOutput("WebUrl", url, "The page")
    } else {
      const domainName = this.addDistribution(webRoot, pageConfig)
      this.addStackOutput("WebUrl", `https://${domainName}`, "The page")
    }
  }

  private addDistribution(webRoot: string, pageConfig: PageConfig): string {
    const bucket = new Bucket(this, "WebBucket", {
      blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
      encryption: BucketEncryption.S3_MANAGED,
      enforceSSL: true,
      // A copy of what is built: nothing is lost with it, in no environment.
      removalPolicy: RemovalPolicy.DESTROY,
      autoDeleteObjects: true,
    }) as IBucket // CDK declares its optional properties without `| undefined`, which our compiler settings tell apart
    const distribution = new Distribution(this, "Distribution", {
      comment: `The page of ${this.resourceName("web")}`,
      defaultRootObject: "index.html",
      defaultBehavior: {
        origin: S3BucketOrigin.withOriginAccessControl(bucket),
        allowedMethods: AllowedMethods.ALLOW_GET_HEAD,
        cachePolicy: CachePolicy.CACHING_OPTIMIZED,
        compress: true,
        responseHeadersPolicy: this.securityHeaders(),
        viewerProtocolPolicy: ViewerProtocolPolicy.REDIRECT_TO_HTTPS,
      },
      // AWS: S3 answers 403, not 404, for a missing object to who may not list the bucket.
      errorResponses: [403, 404].map((httpStatus) => ({
        httpStatus,
        responseHttpStatus: 404,
        responsePagePath: "/index.html",
        ttl: Duration.minutes(1),
      })),
      httpVersion: HttpVersion.HTTP2_AND_3,
      priceClass: PriceClass.PRICE_CLASS_100,
      ...this.customDomain(),
    })
    const deployment = new BucketDeployment(this, "Page", {
      destinationBucket: bucket,
      sources: [Source.asset(webRoot), Source.jsonData("config.json", pageConfig)],
      distribution,
      distributionPaths: ["/*"],
      // The edge keeps a file until the next deployment, which invalidates it; browsers ask the edge each time.
      cacheControl: [CacheControl.fromString("public, max-age=0, s-maxage=31536000, must-revalidate")],
      logGroup: this.deploymentLogs(),
    })
    acknowledgeHosting({ bucket, distribution, deployment })
    return this.config.web_domain_name === "" ? distribution.distributionDomainName : this.config.web_domain_name
  }

  private deploymentLogs(): LogGroup {
    return new LogGroup(this, "PageDeploymentLogs", {
      retention: this.logRetention,
      removalPolicy: RemovalPolicy.DESTROY,
    })
  }

  private customDomain(): Partial<DistributionProps> {
    const { web_domain_name, web_certificate_arn } = this.config
    if (web_domain_name === "") return {}
    const certificate = Certificate.fromCertificateArn(this, "Certificate", web_certificate_arn)
    return { domainNames: [web_domain_name], certificate, minimumProtocolVersion: SecurityPolicyProtocol.TLS_V1_2_2021 }
  }

  /** The page loads nothing from elsewhere, and talks to API Gateway (HTTP and WebSocket) and S3 of this region only. */
  private securityHeaders(): ResponseHeadersPolicy {
    const awsHosts = `${Aws.REGION}.${Aws.URL_SUFFIX}`
    const contentSecurityPolicy = [
      "default-src 'self'",
      `connect-src 'self' https://*.execute-api.${awsHosts} wss://*.execute-api.${awsHosts} https://*.s3.${awsHosts}`,
      "style-src 'self' 'unsafe-inline'",
      "img-src 'self' data:",
      "object-src 'none'",
      "base-uri 'self'",
      "form-action 'self'",
      "frame-ancestors 'none'",
    ].join("; ")
    return new ResponseHeadersPolicy(this, "SecurityHeaders", {
      responseHeadersPolicyName: `${this.resourceName("security-headers")}-${Aws.REGION}`,
      securityHeadersBehavior: {
        contentSecurityPolicy: { contentSecurityPolicy, override: true },
        contentTypeOptions: { override: true },
        frameOptions: { frameOption: HeadersFrameOption.DENY, override: true },
        referrerPolicy: { referrerPolicy: HeadersReferrerPolicy.NO_REFERRER, override: true },
        strictTransportSecurity: { accessControlMaxAge: Duration.days(365), includeSubdomains: true, override: true },
      },
    })
  }
}
