// Reads the SNS topics with their subscriptions.
import type { SubscriptionDefinition, TopicDefinition } from "../../definition/events.ts"
import { withoutUndefined } from "../../foundation/without-undefined.ts"
import type { Properties } from "../resolve/properties.ts"
import type { ResolvedTemplate } from "../resolve/resolve-template.ts"
import type { Resource } from "../resolve/resource.ts"
import { readEventPattern } from "./event-pattern-property.ts"
import { validateName } from "./validate-name.ts"

export function readTopics(template: ResolvedTemplate): TopicDefinition[] {
  return template.ofType("AWS::SNS::Topic").map((resource) => {
    // AWS: at most 256 characters, with `.fifo` at the end of a FIFO topic (template-topic-name)
    validateName(resource, "TopicName", "FifoTopic", 256)
    return {
      ...resource.origin,
      topicName: resource.attribute("TopicName"),
      arn: resource.ref,
      isFifo: resource.properties.flag("FifoTopic") ?? false,
      contentBasedDeduplication: resource.properties.flag("ContentBasedDeduplication") ?? false,
    }
  })
}

export function readSubscriptions(template: ResolvedTemplate): SubscriptionDefinition[] {
  return [
    ...template.ofType("AWS::SNS::Topic").flatMap((topic) =>
      topic.properties.objects("Subscription").flatMap((subscription, index) => {
        const named = { topicArn: topic.ref, subscriptionArn: `${topic.ref}:${topic.logicalId}-${index}` }
        return readSubscription(topic, subscription, named) ?? []
      }),
    ),
    ...template.ofType("AWS::SNS::Subscription").flatMap((resource) => {
      const named = { topicArn: resource.properties.required("TopicArn"), subscriptionArn: resource.ref }
      return readSubscription(resource, resource.properties, named) ?? []
    }),
  ]
}

function readSubscription(
  resource: Resource,
  properties: Properties,
  named: Pick<SubscriptionDefinition, "topicArn" | "subscriptionArn">,
): SubscriptionDefinition | undefined {
  const protocol = properties.required("Protocol")
  if (protocol !== "sqs" && protocol !== "lambda") {
    return resource.notice(`Subscriptions of the protocol ${protocol} are not served. Queues and functions are.`)
  }
  return {
    ...resource.origin,
    ...named,
    protocol,
    endpointArn: properties.required("Endpoint"),
    filterPolicyScope:
      properties.oneOf("FilterPolicyScope", ["MessageAttributes", "MessageBody"]) ?? "MessageAttributes",
    rawMessageDelivery: properties.flag("RawMessageDelivery") ?? false,
    ...withoutUndefined({
      filterPolicy: readEventPattern(resource, properties, "FilterPolicy"),
      deadLetterArn: properties.object("RedrivePolicy")?.text("deadLetterTargetArn"),
    }),
  }
}
