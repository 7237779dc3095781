// Explains common mistakes that keep a handler from loading, in one sentence with the fix. Lambda logs the error only.
import { relative } from "node:path"

/** What `loadHandler` throws when the module has been loaded and does not export the handler. */
export type HandlerNotFoundCause = { file: string; exportNames: string[] }

type Settings = { handler: string; taskRoot: string }

/** @returns undefined for an error that explains itself */
export function suggestFix(thrown: unknown, { handler, taskRoot }: Settings): string | undefined {
  if (!(thrown instanceof Error)) return undefined
  const { name, message, cause } = thrown
  if (name === "Runtime.HandlerNotFound") {
    return cause === undefined ? undefined : wrongExport(cause as HandlerNotFoundCause, handler, taskRoot)
  }
  if (name === "Runtime.MalformedHandlerName" && message === "Bad handler") {
    return `The handler is "${handler}". It must be a file and one of its exports, such as "${handler}.handler".`
  }
  return missingPackage(message) ?? wrongModuleType(message)
}

function wrongExport({ file, exportNames }: HandlerNotFoundCause, handler: string, taskRoot: string): string {
  const names = exportNames.length === 0 ? "nothing" : exportNames.join(", ")
  return `${relative(taskRoot, file)} exports ${names}, and the handler is ${handler}. Correct one of them.`
}

const missingModule = /Cannot find (?:module|package) '([^']+)'/

function missingPackage(message: string): string | undefined {
  const [, specifier] = missingModule.exec(message) ?? []
  // A path to a file is in the message, and so is a file of the function that does not exist.
  if (
    specifier === undefined ||
    /^[./]|^file:|^[a-z]:/i.test(specifier) ||
    !/imported from|Require stack/.test(message)
  ) {
    return undefined
  }
  const [scope = "", second] = specifier.split("/")
  const name = scope.startsWith("@") && second !== undefined ? `${scope}/${second}` : scope
  if (name === "aws-sdk") {
    return "Lambda has no version 2 of the AWS SDK for JavaScript since Node.js 18. Run: npm install aws-sdk. Or use version 3, which Lambda has."
  }
  return `The package ${name} is not installed for the function. Run: npm install ${name}`
}

function wrongModuleType(message: string): string | undefined {
  if (/Cannot use import statement outside a module|Unexpected token 'export'/.test(message)) {
    return 'The file is loaded as CommonJS and has import or export statements. Name it .mjs, or write "type": "module" into the package.json of the function.'
  }
  if (/(require|module|exports|__dirname|__filename) is not defined in ES module scope/.test(message)) {
    return 'The file is loaded as an ES module and has code of CommonJS. Name it .cjs, or remove "type": "module" from the package.json of the function.'
  }
  return undefined
}
