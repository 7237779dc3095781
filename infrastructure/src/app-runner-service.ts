// The page on App Runner, for accounts that have it.
// AWS: closed to new customers since 2026-04-30, which is why CloudFront is the default.
import { cpSync, mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { Validations } from "aws-cdk-lib"
import { CfnService } from "aws-cdk-lib/aws-apprunner"
import { DockerImageAsset, Platform } from "aws-cdk-lib/aws-ecr-assets"
import { Role, ServicePrincipal } from "aws-cdk-lib/aws-iam"
import type { BaseDocumentInsightStack } from "./base-stack.ts"
import type { PageConfig } from "./web-hosting-stack.ts"

export type AppRunnerServiceProps = { webRoot: string; pageConfig: PageConfig }

/** Adds the service and returns its URL. Docker builds the image when it is deployed, not when it is synthesized. */
export function addAppRunnerService(
  stack: BaseDocumentInsightStack,
  { webRoot, pageConfig }: AppRunnerServiceProps,
): string {
  const directory = imageFolder(webRoot)
  const image = new DockerImageAsset(stack, "PageImage", { directory, platform: Platform.LINUX_AMD64 })
  // CDK has copied it among its assets.
  rmSync(directory, { recursive: true })
  const role = new Role(stack, "PageImageRole", {
    assumedBy: new ServicePrincipal("build.apprunner.amazonaws.com"),
    description: "With which App Runner pulls the page's image",
  })
  image.repository.grantPull(role)
  Validations.of(role).acknowledge({
    id: "AwsSolutions-IAM5[Resource::*]",
    reason: "ecr:GetAuthorizationToken knows no resource: AWS accepts only *.",
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
          ],
        },
      },
    },
    instanceConfiguration: { cpu: "0.25 vCPU", memory: "0.5 GB" },
    healthCheckConfiguration: { protocol: "HTTP", path: "/config.json" },
  })
  // The service pulls the image as soon as it is made, so the role must be allowed to by then.
  service.node.addDependency(role)
  return `https://${service.attrServiceUrl}`
}

/** Docker's build context: our Dockerfile with the built page beside it. */
function imageFolder(webRoot: string): string {
  const folder = mkdtempSync(join(tmpdir(), "document-insight-page-"))
  cpSync(join(import.meta.dirname, "..", "app-runner"), folder, { recursive: true })
  cpSync(webRoot, join(folder, "page"), { recursive: true })
  return folder
}
