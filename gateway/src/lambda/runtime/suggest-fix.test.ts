import { expect, test } from "vitest"
import { runtimeError } from "./serialize-error.ts"
import { suggestFix } from "./suggest-fix.ts"

const settings = { handler: "api/index.handler", taskRoot: "/code" }
const fixOf = (errorType: string, message: string) => suggestFix(runtimeError(errorType, message), settings)

test("names the exports of a file that does not export the handler", () => {
  const error = (exportNames: string[]) => {
    const thrown = runtimeError("Runtime.HandlerNotFound", "api/index.handler is undefined or not exported")
    thrown.cause = { file: "/code/api/index.js", exportNames }
    return thrown
  }
  const fix = "api/index.js exports main, hander, and the handler is api/index.handler. Correct one of them."
  expect(suggestFix(error(["main", "hander"]), settings)).toBe(fix)
  expect(suggestFix(error([]), settings)).toContain("exports nothing")
})

test("shows the form of a handler that names no export", () => {
  const fix = suggestFix(runtimeError("Runtime.MalformedHandlerName", "Bad handler"), { ...settings, handler: "index" })
  expect(fix).toBe('The handler is "index". It must be a file and one of its exports, such as "index.handler".')
})

test.each([
  ["Error: Cannot find module 'left-pad'\nRequire stack:\n- /code/a.js", "npm install left-pad"],
  ["Cannot find package '@scope/name' imported from /code/a.mjs", "npm install @scope/name"],
  ["Error: Cannot find module '@scope/name/deep/file'\nRequire stack:\n- /code/a.js", "npm install @scope/name"],
  ["Error: Cannot find module 'aws-sdk'\nRequire stack:\n- /code/a.js", "npm install aws-sdk. Or use version 3"],
])("names the command that installs a missing package: %j", (message, fix) => {
  expect(fixOf("Runtime.ImportModuleError", message)).toContain(fix)
})

test.each([
  ["SyntaxError: Cannot use import statement outside a module", "Name it .mjs"],
  ["SyntaxError: Unexpected token 'export'", "Name it .mjs"],
  ["require is not defined in ES module scope, you can use import instead", "Name it .cjs"],
])("explains a file of the other module type: %s", (message, fix) => {
  expect(fixOf("Runtime.UserCodeSyntaxError", message)).toContain(fix)
})

test.each([
  "Error: Cannot find module './other'\nRequire stack:\n- /code/a.js",
  "Error: Cannot find module 'index'",
  "no DATABASE_URL",
])("adds nothing to an error that explains itself: %j", (message) => {
  expect(fixOf("Runtime.ImportModuleError", message)).toBeUndefined()
  expect(fixOf("Runtime.HandlerNotFound", "api/index.handler is not a function")).toBeUndefined()
  expect(suggestFix("thrown text", settings)).toBeUndefined()
})
