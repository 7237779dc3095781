// The environment of an API in tests.
import type { ApiEnvironment } from "../../definition/api.ts"

export const testEnvironment: ApiEnvironment = {
  region: "eu-west-1",
  accountId: "123456789012",
  partition: "aws",
  domainName: "api.execute-api.eu-west-1.amazonaws.com",
}
