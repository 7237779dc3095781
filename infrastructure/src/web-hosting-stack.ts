// Hosts the page: on CloudFront with a private bucket, or on App Runner for accounts that already use it.
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
import type { UserPoolClient } from "aws-cdk-lib/aws-cognito"
import { LogGroup } from "aws-cdk-lib/aws-logs"
import { BlockPublicAccess, Bucket, BucketEncryption, type IBucket } from "aws-cdk-lib/aws-s3"
import { BucketDeployment, CacheControl, Source } from "aws-cdk-lib/aws-s3-deployment"
import type { Construct } from "constructs"
import type { ApiGatewayStack } from "./api-gateway-stack.ts"
import { addAppRunnerService } from "./app-runner-service.ts"
import { BaseDocumentInsightStack, type DocumentInsightStackProps } from "./base-stack.ts"
import { ConfigError } from "./config.ts"
import { contentSecurityPolicy, type PageOrigins } from "./content-security-policy.ts"
import type { PageConfig } from "./page-config.ts"
import { addSignInClient } from "./sign-in-client.ts"
import type { SignInStack } from "./sign-in-stack.ts"
import type { StorageStack } from "./storage-stack.ts"
import { acknowledgeHosting } from "./web-hosting-exceptions.ts"
import type { WebSocketApiStack } from "./websocket-api-stack.ts"

export type WebHostingStackProps = DocumentInsightStackProps & {
  storage: StorageStack
  webSocketApi: WebSocketApiStack
  httpApi: ApiGatewayStack
  /** Only with sign-in. */
  signIn: SignInStack | undefined
  /** The built page: a folder with `index.html`. */
  webRoot: string
}

type PageProps = { bucket: IBucket; distribution: Distribution; webRoot: string; pageConfig: PageConfig }

export class WebHostingStack extends BaseDocumentInsightStack {
  /** The page as a client of the user pool; only with sign-in. */
  readonly signInClient: UserPoolClient | undefined

  constructor(scope: Construct, props: WebHostingStackProps) {
    super(scope, "web-hosting", props, "The page")
    const { storage, webSocketApi, httpApi, signIn, webRoot, envName } = props
    if (!existsSync(join(webRoot, "index.html"))) {
      throw new ConfigError(
        `The page is not built: ${webRoot} has no index.html. Run \`npm run synth\`, which builds it.`,
      )
    }
    const { apiEndpoint } = httpApi.httpApi
    const origins: PageOrigins = {
      webSocket: webSocketApi.origin,
      httpApi: apiEndpoint,
      uploads: storage.uploadsOrigin,
      signIn: signIn?.baseUrl,
    }
    const pageConfig = (client?: UserPoolClient): PageConfig => ({
      webSocketUrl: webSocketApi.webSocketUrl,
      apiEndpoint,
      envName,
      acceptsImages: this.config.ocr !== "none",
      signIn: signIn && client ? { url: signIn.baseUrl, clientId: client.userPoolClientId } : null,
    })
    if (this.config.hosting === "apprunner") {
      // App Runner chooses the service's address when it has the configuration of the page, which names the client. So
      // the client cannot name that address: it comes from web_origins.
      this.signInClient = signIn && addSignInClient(this, signIn, this.config.web_origins)
      const url = addAppRunnerService(this, { webRoot, pageConfig: pageConfig(this.signInClient), origins })
      this.addStackOutput("AppRunnerServiceUrl", url, "The page, on App Runner")
      this.addStackOutput("WebUrl", url, "The page")
    } else {
      const { bucket, distribution } = this.addDistribution(origins)
      const { web_domain_name } = this.config
      const url = `https://${web_domain_name === "" ? distribution.distributionDomainName : web_domain_name}`
      this.signInClient = signIn && addSignInClient(this, signIn, [url])
      this.addPage({ bucket, distribution, webRoot, pageConfig: pageConfig(this.signInClient) })
      this.addStackOutput("WebUrl", url, "The page")
    }
  }

  private addDistribution(origins: PageOrigins): { bucket: IBucket; distribution: Distribution } {
    const bucket = new Bucket(this, "WebBucket", {
      blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
      encryption: BucketEncryption.S3_MANAGED,
      enforceSSL: true,
      // Holds a copy of the build only, so it is deleted with its stack in every environment.
      removalPolicy: RemovalPolicy.DESTROY,
      autoDeleteObjects: true,
    }) as IBucket // CDK declares optional properties without `| undefined`, which `exactOptionalPropertyTypes` rejects
    const distribution = new Distribution(this, "Distribution", {
      comment: `The page of ${this.resourceName("web")}`,
      defaultRootObject: "index.html",
      defaultBehavior: {
        origin: S3BucketOrigin.withOriginAccessControl(bucket),
        allowedMethods: AllowedMethods.ALLOW_GET_HEAD,
        cachePolicy: CachePolicy.CACHING_OPTIMIZED,
        compress: true,
        responseHeadersPolicy: this.securityHeaders(origins),
        viewerProtocolPolicy: ViewerProtocolPolicy.REDIRECT_TO_HTTPS,
      },
      // AWS: a missing object is 403, not 404, for a caller that may not list the bucket (system-missing-object)
      // 200, because a document's address (/d/{documentId}) is the page, and no object.
      errorResponses: [403, 404].map((httpStatus) => ({
        httpStatus,
        responseHttpStatus: 200,
        responsePagePath: "/index.html",
        ttl: Duration.minutes(1),
      })),
      httpVersion: HttpVersion.HTTP2_AND_3,
      priceClass: PriceClass.PRICE_CLASS_100,
      ...this.customDomain(),
    })
    return { bucket, distribution }
  }

  private addPage({ bucket, distribution, webRoot, pageConfig }: PageProps): void {
    const deployment = new BucketDeployment(this, "Page", {
      destinationBucket: bucket,
      sources: [Source.asset(webRoot), Source.jsonData("config.json", pageConfig)],
      distribution,
      distributionPaths: ["/*"],
      // CloudFront caches a file until the next deployment invalidates it; browsers revalidate it every time.
      cacheControl: [CacheControl.fromString("public, max-age=0, s-maxage=31536000, must-revalidate")],
      logGroup: this.deploymentLogs(),
    })
    acknowledgeHosting({ bucket, distribution, deployment })
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

  private securityHeaders(origins: PageOrigins): ResponseHeadersPolicy {
    return new ResponseHeadersPolicy(this, "SecurityHeaders", {
      responseHeadersPolicyName: `${this.resourceName("security-headers")}-${Aws.REGION}`,
      securityHeadersBehavior: {
        contentSecurityPolicy: { contentSecurityPolicy: contentSecurityPolicy(origins), override: true },
        contentTypeOptions: { override: true },
        frameOptions: { frameOption: HeadersFrameOption.DENY, override: true },
        referrerPolicy: { referrerPolicy: HeadersReferrerPolicy.NO_REFERRER, override: true },
        strictTransportSecurity: { accessControlMaxAge: Duration.days(365), includeSubdomains: true, override: true },
      },
    })
  }
}
