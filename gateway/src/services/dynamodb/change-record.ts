// Builds the record of DynamoDB Streams for one change of an item.
import { isDeepStrictEqual } from "node:util"
import { recordFrom } from "../../foundation/record-from.ts"

export type Item = Readonly<Record<string, unknown>>
export type ViewType = "KEYS_ONLY" | "NEW_IMAGE" | "OLD_IMAGE" | "NEW_AND_OLD_IMAGES"

export type Change = { before: Item | undefined; after: Item | undefined }

export type ChangeRecord = {
  eventName: "INSERT" | "MODIFY" | "REMOVE"
  /** Of the service that deletes expired items. */
  userIdentity?: { type: "Service"; principalId: "dynamodb.amazonaws.com" }
  dynamodb: {
    /** Seconds since the epoch. */
    ApproximateCreationDateTime: number
    Keys: Item
    NewImage?: Item
    OldImage?: Item
    SequenceNumber: string
    SizeBytes: number
    StreamViewType: ViewType
  }
}

/** @returns undefined for a write that changes nothing. AWS: it has no record (streams-no-change) */
export function changeRecord(
  { before, after }: Change,
  stream: { viewType: ViewType; keyNames: readonly string[] },
  written: { sequenceNumber: string; time: number; isExpiry: boolean },
): ChangeRecord | undefined {
  const item = after ?? before
  if (!item || (before && after && isSameItem(before, after))) return undefined
  const { viewType, keyNames } = stream
  const Keys = recordFrom(keyNames.map((name) => [name, item[name]] as const))
  const images = {
    // AWS: the view type selects the images (streams-view-type)
    ...(after && viewType.startsWith("NEW_") && { NewImage: after }),
    ...(before && viewType.includes("OLD_IMAGE") && { OldImage: before }),
  }
  const eventName = !before ? "INSERT" : after ? "MODIFY" : "REMOVE"
  return {
    eventName,
    // AWS: deletions of expired items name the service (streams-ttl)
    ...(written.isExpiry && { userIdentity: { type: "Service", principalId: "dynamodb.amazonaws.com" } as const }),
    dynamodb: {
      ApproximateCreationDateTime: Math.floor(written.time / 1000),
      Keys,
      ...images,
      SequenceNumber: written.sequenceNumber,
      SizeBytes: Buffer.byteLength(JSON.stringify({ Keys, ...images })),
      StreamViewType: viewType,
    },
  }
}

/** The elements of sets have no order. */
function isSameItem(a: Item, b: Item): boolean {
  return isDeepStrictEqual(normalized(a), normalized(b))
}

function normalized(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(normalized)
  if (typeof value !== "object" || value === null) return value
  const entries = Object.entries(value).map(([key, one]) => {
    const isSet = key === "SS" || key === "NS" || key === "BS"
    return [key, isSet && Array.isArray(one) ? [...one].map(String).toSorted() : normalized(one)] as const
  })
  return Object.fromEntries(entries)
}
