// DescribeTable with the stream of the table, which the package does not have.
import type { AddedOperation } from "./added-operations.ts"
import type { ChangeStreams } from "./change-streams.ts"
import { runOperation, type Store, validInput } from "./package-operations.ts"
import { labelOf } from "./streams-api.ts"

export function createDescribeTable(store: Store, streams: Pick<ChangeStreams, "settings">): AddedOperation {
  return async (input) => {
    const valid = validInput("DescribeTable", input, store)
    const { Table } = await new Promise<{ Table?: object }>((resolve, reject) => {
      runOperation("DescribeTable", store, valid, (error, output) => (error ? reject(error) : resolve(output ?? {})))
    })
    const stream = streams.settings().find(({ tableName }) => tableName === valid.TableName)
    if (!stream) return { Table }
    // AWS: the table names its latest stream (dynamodb-latest-stream)
    const { streamArn, viewType } = stream
    return {
      Table: {
        ...Table,
        StreamSpecification: { StreamEnabled: true, StreamViewType: viewType },
        LatestStreamArn: streamArn,
        LatestStreamLabel: labelOf(streamArn),
      },
    }
  }
}
