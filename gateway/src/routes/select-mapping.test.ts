// Which mapping of a custom domain name a path selects: the example of the developer guide, and mappings without a stage.
import { expect, test } from "vitest"
import { selectMapping } from "./select-mapping.ts"

const origin = { logicalId: "M", stackName: "s" }
const domainOf = (keys: string[], stageName?: string) => ({
  ...origin,
  domainName: "api.example.com",
  mappings: keys.map((key) => ({ ...origin, key, apiId: key, ...(stageName !== undefined && { stageName }) })),
})

const guide = domainOf(["", "orders/v1/items", "orders/v2/items", "orders/v2/items/categories"], "dev")

test.each([
  ["/orders/v1/items", "orders/v1/items"],
  ["/orders/v2/items", "orders/v2/items"],
  ["/orders/v1/items/123", "orders/v1/items"],
  ["/orders/v2/items/categories/5", "orders/v2/items/categories"],
  ["/orders/v2/itemsets", ""],
  ["/customers", ""],
])("the path %s selects the mapping %j", (path, key) => {
  const basePath = key === "" ? "" : `/${key}`
  expect(selectMapping(guide, path)).toMatchObject({ mapping: { key }, stageName: "dev", basePath })
})

test("a mapping without a stage takes it from the path", () => {
  expect(selectMapping(domainOf(["shop"]), "/shop/prod/items")).toMatchObject({
    stageName: "prod",
    basePath: "/shop/prod",
  })
  expect(selectMapping(domainOf([""]), "/")).toMatchObject({ stageName: "", basePath: "/" })
})

test("a path without a mapping selects none", () => {
  expect(selectMapping(domainOf(["a"], "dev"), "/ab")).toBeUndefined()
  expect(selectMapping(domainOf(["a"], "dev"), "/A")).toBeUndefined()
})
