import { expect, test } from "vitest"
import { readRouteKey, selectRoute } from "./select-route.ts"

const routesOf = (...routeKeys: string[]) =>
  routeKeys.map((routeKey) => ({ routeKey, pattern: readRouteKey(routeKey) }))

const routes = routesOf(
  "$default",
  "ANY /{proxy+}",
  "GET /documents/{documentId}",
  "ANY /documents/{documentId}",
  "GET /documents/latest",
  "POST /documents",
  "GET /files/{path+}",
)

test.each([
  ["GET", "/documents/latest", "GET /documents/latest", {}],
  ["GET", "/documents/a%2Fb", "GET /documents/{documentId}", { documentId: "a/b" }],
  ["GET", "/documents/%", "GET /documents/{documentId}", { documentId: "%" }],
  ["DELETE", "/documents/7", "ANY /documents/{documentId}", { documentId: "7" }],
  ["POST", "/documents", "POST /documents", {}],
  ["GET", "/files/a/b/c", "GET /files/{path+}", { path: "a/b/c" }],
  ["PUT", "/documents", "ANY /{proxy+}", { proxy: "documents" }],
  ["GET", "/documents/1/pages", "ANY /{proxy+}", { proxy: "documents/1/pages" }],
])("%s %s selects the most specific route, %s", (method, path, routeKey, pathParameters) => {
  const match = selectRoute(routes, method, path)
  expect(match?.route.routeKey).toBe(routeKey)
  expect(match?.pathParameters).toEqual(pathParameters)
})

test("$default is selected for the rest, and without it no route is", () => {
  expect(selectRoute(routesOf("GET /a", "$default"), "GET", "/b")?.route.routeKey).toBe("$default")
  expect(selectRoute(routesOf("GET /a"), "GET", "/b")).toBe(undefined)
  expect(selectRoute(routesOf("GET /a/{id}"), "GET", "/a/")).toBe(undefined)
})

test.each(["__proto__", "constructor", "toString", "hasOwnProperty"])("a path variable may be named %s", (name) => {
  const match = selectRoute(routesOf(`GET /a/{${name}}`), "GET", "/a/b")
  expect(JSON.stringify(match?.pathParameters)).toBe(`{"${name}":"b"}`)
})
