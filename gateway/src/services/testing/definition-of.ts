// A definition for tests of the services: empty, except for the given parts.
import type { Definition } from "../../definition/definition.ts"

export function definitionOf(parts: Partial<Definition>): Definition {
  return {
    region: "us-east-1",
    accountId: "123456789012",
    partition: "aws",
    urlSuffix: "amazonaws.com",
    regions: ["us-east-1"],
    webSocketApis: [],
    httpApis: [],
    restApis: [],
    functions: [],
    roles: [],
    permissions: [],
    resourcePolicies: [],
    usagePlans: [],
    tables: [],
    buckets: [],
    queues: [],
    bucketNotifications: [],
    eventSourceMappings: [],
    streamMappings: [],
    topics: [],
    subscriptions: [],
    eventBuses: [],
    rules: [],
    schedules: [],
    parameters: [],
    secrets: [],
    stateMachines: [],
    sites: [],
    userPools: [],
    outputs: {},
    notices: [],
    ...parts,
  }
}
