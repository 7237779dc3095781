// Where the page's hosting departs from AwsSolutions, each with its reason.
import { Validations } from "aws-cdk-lib"
import type { Distribution } from "aws-cdk-lib/aws-cloudfront"
import type { IBucket } from "aws-cdk-lib/aws-s3"
import type { BucketDeployment } from "aws-cdk-lib/aws-s3-deployment"
import type { IConstruct } from "constructs"

export type Hosting = { bucket: IBucket; distribution: Distribution; deployment: BucketDeployment }

export function acknowledgeHosting({ bucket, distribution, deployment }: Hosting): void {
  acknowledge(bucket, "S1", "It holds the public page, is read by CloudFront alone, and nobody's data is in it.")
  acknowledge(distribution, "CFR1", "The page is for everybody.")
  acknowledge(
    distribution,
    "CFR2",
    "Static files need no firewall; the APIs behind them are throttled. Add one where abuse shows.",
  )
  acknowledge(
    distribution,
    "CFR3",
    "Who fetched the static page is not of interest; what people do is in the APIs' access logs.",
  )
  acknowledge(
    distribution,
    "CFR4",
    "CloudFront's own certificate fixes the policy; with web_domain_name it is TLS 1.2 (2021) and later.",
  )
  // The function that copies the page is CDK's own: its runtime, its role and its actions are CDK's choice.
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
    "CDK's BucketDeployment writes its log with Lambda's standard policy; it runs at deployment only.",
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
