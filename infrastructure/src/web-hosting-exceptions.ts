// The exceptions of the page's hosting from the AwsSolutions rules, each with its reason.
import { Validations } from "aws-cdk-lib"
import type { Distribution } from "aws-cdk-lib/aws-cloudfront"
import type { IBucket } from "aws-cdk-lib/aws-s3"
import type { BucketDeployment } from "aws-cdk-lib/aws-s3-deployment"
import type { IConstruct } from "constructs"

export type Hosting = { bucket: IBucket; distribution: Distribution; deployment: BucketDeployment }

export function acknowledgeHosting({ bucket, distribution, deployment }: Hosting): void {
  acknowledge(bucket, "S1", "It contains the public page, is read only by CloudFront, and holds no user data.")
  acknowledge(distribution, "CFR1", "The page is public.")
  acknowledge(
    distribution,
    "CFR2",
    "Static files need no firewall; the APIs are throttled. Add one when there is abuse.",
  )
  acknowledge(
    distribution,
    "CFR3",
    "Requests for static files are not of interest; the use of the APIs is in their access logs.",
  )
  acknowledge(
    distribution,
    "CFR4",
    "CloudFront's own certificate fixes the policy; with web_domain_name it is TLS 1.2 (2021) and later.",
  )
  // CDK provides the function that copies the page, and chooses its runtime, its role and its actions.
  const copier = deployment.handlerRole.node.scope as IConstruct
  const ownBucket = `<${bucket.stack.getLogicalId(bucket.node.defaultChild as never)}.Arn>/*`
  acknowledge(
    copier,
    "L1",
    "CDK chooses the runtime of its BucketDeployment function, and updates it with its own versions.",
  )
  acknowledge(
    copier,
    "IAM4[Policy::arn:<AWS::Partition>:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole]",
    "CDK's BucketDeployment uses Lambda's standard logging policy; it runs only during deployment.",
  )
  for (const action of ["GetObject", "GetBucket", "List", "DeleteObject", "Abort"]) {
    acknowledge(
      copier,
      `IAM5[Action::s3:${action}*]`,
      "CDK's BucketDeployment grants families of actions, on two buckets only.",
    )
  }
  acknowledge(copier, `IAM5[Resource::${ownBucket}]`, "It writes every file of the page.")
  acknowledge(
    copier,
    "IAM5[Resource::arn:<AWS::Partition>:s3:::cdk-hnb659fds-assets-<AWS::AccountId>-<AWS::Region>/*]",
    "It reads the page from CDK's assets, whose keys are their digests.",
  )
  acknowledge(copier, "IAM5[Resource::*]", "cloudfront:CreateInvalidation, as CDK's BucketDeployment grants it.")
}

function acknowledge(scope: IConstruct, finding: string, reason: string): void {
  Validations.of(scope).acknowledge({ id: `AwsSolutions-${finding}`, reason })
}
