// Reads the DynamoDB tables as input for CreateTable.
import type { TableDefinition } from "../../definition/storage.ts"
import type { Properties } from "../resolve/properties.ts"
import type { ResolvedTemplate } from "../resolve/resolve-template.ts"

const viewTypes = ["KEYS_ONLY", "NEW_IMAGE", "OLD_IMAGE", "NEW_AND_OLD_IMAGES"] as const

export function readTables(template: ResolvedTemplate): TableDefinition[] {
  return template.ofType("AWS::DynamoDB::Table", "AWS::DynamoDB::GlobalTable").map((resource) => {
    const { properties, ref: tableName } = resource
    // The capacity of global tables is not scaled. AWS: the default is PROVISIONED (template-tables)
    const isProvisioned =
      properties.text("BillingMode") !== "PAY_PER_REQUEST" && resource.type === "AWS::DynamoDB::Table"
    const throughput = (of: Properties) => (isProvisioned ? { ProvisionedThroughput: capacityOf(of) } : {})
    const createTable: Record<string, unknown> = {
      TableName: tableName,
      AttributeDefinitions: properties.value("AttributeDefinitions") ?? [],
      KeySchema: properties.value("KeySchema") ?? resource.problem("KeySchema is required."),
      BillingMode: isProvisioned ? "PROVISIONED" : "PAY_PER_REQUEST",
      ...throughput(properties),
    }
    const index = (of: Properties) => ({
      IndexName: of.required("IndexName"),
      KeySchema: of.value("KeySchema"),
      Projection: of.value("Projection"),
    })
    const globalIndexes = properties
      .objects("GlobalSecondaryIndexes")
      .map((of) => ({ ...index(of), ...throughput(of) }))
    if (globalIndexes.length > 0) createTable.GlobalSecondaryIndexes = globalIndexes
    const localIndexes = properties.objects("LocalSecondaryIndexes").map(index)
    if (localIndexes.length > 0) createTable.LocalSecondaryIndexes = localIndexes

    const timeToLive = properties.object("TimeToLiveSpecification")
    const attribute = timeToLive?.flag("Enabled") ? timeToLive.text("AttributeName") : undefined
    const table: TableDefinition = {
      ...resource.origin,
      arn: resource.attribute("Arn"),
      createTable,
    }
    const viewType = properties.object("StreamSpecification")?.oneOf("StreamViewType", viewTypes)
    if (viewType) table.stream = { streamArn: resource.attribute("StreamArn"), viewType }
    if (attribute !== undefined) table.timeToLiveAttribute = attribute
    if (properties.object("KinesisStreamSpecification")) {
      resource.notice(
        "KinesisStreamSpecification is not applied: changes of the table are not put on a Kinesis stream.",
      )
    }
    return table
  })
}

function capacityOf(properties: Properties): { ReadCapacityUnits: number; WriteCapacityUnits: number } {
  const throughput = properties.object("ProvisionedThroughput")
  return {
    ReadCapacityUnits: throughput?.number("ReadCapacityUnits") ?? 5,
    WriteCapacityUnits: throughput?.number("WriteCapacityUnits") ?? 5,
  }
}
