// Reads the policies that are attached to buckets, queues, topics and tables.
import type { ResourcePolicy } from "../../definition/iam.ts"
import { partitionOf } from "../resolve/partition.ts"
import type { Properties } from "../resolve/properties.ts"
import type { ResolvedTemplate } from "../resolve/resolve-template.ts"
import type { Resource } from "../resolve/resource.ts"
import { readPolicyDocument } from "./policy-document.ts"

export function readResourcePolicies(template: ResolvedTemplate): ResourcePolicy[] {
  return [
    ...bucketPolicies(template),
    ...queuePolicies(template),
    ...topicPolicies(template),
    ...tablePolicies(template),
  ]
}

function bucketPolicies(template: ResolvedTemplate): ResourcePolicy[] {
  return template.ofType("AWS::S3::BucketPolicy").map((resource) => {
    const { partition } = partitionOf(resource.stack.region)
    const resourceArn = `arn:${partition}:s3:::${resource.properties.required("Bucket")}`
    return policyOf(resource, resourceArn, resource.properties)
  })
}

function queuePolicies(template: ResolvedTemplate): ResourcePolicy[] {
  const queues = new Map(template.ofType("AWS::SQS::Queue").map((queue) => [queue.ref, queue.attribute("Arn")]))
  return template.ofType("AWS::SQS::QueuePolicy", "AWS::SQS::QueueInlinePolicy").flatMap((resource) => {
    const { properties } = resource
    const urls = [...properties.texts("Queues"), ...properties.texts("Queue")]
    return urls.flatMap((url) => {
      const arn = queues.get(url)
      return arn === undefined ? [] : policyOf(resource, arn, properties)
    })
  })
}

function topicPolicies(template: ResolvedTemplate): ResourcePolicy[] {
  return template.ofType("AWS::SNS::TopicPolicy", "AWS::SNS::TopicInlinePolicy").flatMap((resource) => {
    const { properties } = resource
    const topicArns = [...properties.texts("Topics"), ...properties.texts("TopicArn")]
    return topicArns.map((arn) => policyOf(resource, arn, properties))
  })
}

/** AWS: the policy of a global table belongs to a replica (template-resource-policies) */
function tablePolicies(template: ResolvedTemplate): ResourcePolicy[] {
  return template.ofType("AWS::DynamoDB::Table", "AWS::DynamoDB::GlobalTable").flatMap((resource) => {
    const { properties, stack } = resource
    const replica = properties.objects("Replicas").find((one) => one.text("Region") === stack.region)
    const policy = (replica ?? properties).object("ResourcePolicy")
    return policy ? policyOf(resource, resource.attribute("Arn"), policy) : []
  })
}

function policyOf(resource: Resource, resourceArn: string, properties: Properties): ResourcePolicy {
  return { ...resource.origin, resourceArn, document: readPolicyDocument(resource, properties, "PolicyDocument") }
}
