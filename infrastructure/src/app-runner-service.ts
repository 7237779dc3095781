// Hosts the page on App Runner, for accounts that already use it.
// CloudFront is the default. AWS: App Runner accepts no new customers since 2026-04-30 (system-app-runner)
import { cpSync, mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { Validations } from "aws-cdk-lib"
import { CfnService } from "aws-cdk-lib/aws-apprunner"
import { DockerImageAsset, Platform } from "aws-cdk-lib/aws-ecr-assets"
import { Role, ServicePrincipal } from "aws-cdk-lib/aws-iam"
import type { BaseDocumentInsightStack } from "./base-stack.ts"
import { contentSecurityPolicy, type PageOrigins } from "./content-security-policy.ts"
import type { PageConfig } from "./page-config.ts"

export type AppRunnerServiceProps = { webRoot: string; pageConfig: PageConfig; origins: PageOrigins }

/** Adds the service and returns its URL. Docker builds the image during deployment, not during synthesis. */
export function addAppRunnerService(
  stack: BaseDocumentInsightStack,
  { webRoot, pageConfig, origins }: AppRunnerServiceProps,
): string {
  const directory = createBuildContext(webRoot)
  const image = new DockerImageAsset(stack, "PageImage", { directory, platform: Platform.LINUX_AMD64 })
  // CDK has copied it to its assets.
  rmSync(directory, { recursive: true })
  const role = new Role(stack, "PageImageRole", {
    assumedBy: new ServicePrincipal("build.apprunner.amazonaws.com"),
    description: "Lets App Runner pull the image of the page",
  })
  image.repository.grantPull(role)
  Validations.of(role).acknowledge({
    id: "AwsSolutions-IAM5[Resource::*]",
    reason: "ecr:GetAuthorizationToken has no resource type: AWS accepts only *.",
  })
  const service = new CfnService(stack, "PageService", {
    serviceName: stack.resourceName("web"),
    sourceConfiguration: {
      authenticationConfiguration: { accessRoleArn: role.roleArn },
      autoDeploymentsEnabled: false,
      imageRepository: {
        imageIdentifier: image.imageUri,
        imageRepositoryType: "ECR",
        imageConfiguration: {
          port: "8080",
          runtimeEnvironmentVariables: [
            { name: "WEB_SOCKET_URL", value: pageConfig.webSocketUrl },
            { name: "API_ENDPOINT", value: pageConfig.apiEndpoint },
            { name: "ENV_NAME", value: pageConfig.envName },
            { name: "ACCEPTS_IMAGES", value: String(pageConfig.acceptsImages) },
            { name: "SIGN_IN", value: stack.toJsonString(pageConfig.signIn) },
            { name: "CONTENT_SECURITY_POLICY", value: contentSecurityPolicy(origins) },
          ],
        },
      },
    },
    instanceConfiguration: { cpu: "0.25 vCPU", memory: "0.5 GB" },
    healthCheckConfiguration: { protocol: "HTTP", path: "/config.json" },
  })
  // App Runner pulls the image while the service is created, so the role needs its policy before that.
  service.node.addDependency(role)
  return `https://${service.attrServiceUrl}`
}

/** The Docker build context: the Dockerfile, the nginx template and the built page. */
function createBuildContext(webRoot: string): string {
  const folder = mkdtempSync(join(tmpdir(), "document-insight-page-"))
  cpSync(join(import.meta.dirname, "..", "app-runner"), folder, { recursive: true })
  cpSync(webRoot, join(folder, "page"), { recursive: true })
  return folder
}
