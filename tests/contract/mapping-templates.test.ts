// Mapping templates: what a template of the observer renders for a message.
import { expect } from "vitest"
import { openSocket } from "../testing/open-socket.ts"
import { contract } from "./testing/contract.ts"

/** What the template of this name renders for a message with `data`. */
async function rendered(url: string, template: string, data?: unknown): Promise<string> {
  const socket = await openSocket(url)
  socket.send({ action: "render", template, ...(data !== undefined && { data }) })
  return socket.next()
}

/** A case for a template whose output does not depend on the message. */
function constant(template: string, expected: string | RegExp) {
  return async ({ mappingUrl }: { mappingUrl: string }) => {
    const output = await rendered(mappingUrl, template)
    if (typeof expected === "string") expect(output).toBe(expected)
    else expect(output).toMatch(expected)
  }
}

const pets = { name: "Ann", pets: [{ id: 1 }, { id: 2 }] }

contract("vtl-input-body", "$input.body is the text of the payload", async ({ mappingUrl }) => {
  const message = { action: "render", template: "body", data: "ä" }
  const socket = await openSocket(mappingUrl)
  socket.send(message)
  expect(await socket.next()).toBe(JSON.stringify(message))
})

contract("vtl-input-json", "$input.json is a part of the payload as JSON", async ({ mappingUrl }) => {
  expect(await rendered(mappingUrl, "json", pets)).toBe('{"pets":[{"id":1},{"id":2}],"name":"Ann"}')
})

contract("vtl-input-path", "$input.path is a part of the payload as an object", async ({ mappingUrl }) => {
  expect(await rendered(mappingUrl, "path", pets)).toBe("Ann has 2 pets: 1 2")
})

contract("vtl-json-missing", 'a path that finds nothing is "" for $input.json', constant("json-missing", '[""]'))

contract("vtl-path-missing", "a path that finds nothing is empty for $input.path", async ({ mappingUrl }) => {
  expect(await rendered(mappingUrl, "path-missing", {})).toBe("[][]")
})

contract("vtl-java-text", "an object is written as Java writes a map", async ({ mappingUrl }) => {
  expect(await rendered(mappingUrl, "java-text", { a: [1, "b"], c: { d: true } })).toBe("{a=[1, b], c={d=true}}")
})

contract("vtl-undefined", "an undefined reference is an empty text, quiet or not", constant("undefined", "[][][][]"))

contract("vtl-undefined-is-true", "an undefined reference is true in a condition", async ({ mappingUrl }) => {
  expect(await rendered(mappingUrl, "undefined-is-true", {})).toBe("true true")
})

contract("vtl-truth", "only false is not true: empty text, 0 and an empty list are", constant("truth", "abce"))
contract("vtl-integer-division", "the quotient of two integers is an integer", constant("integer-division", "3 1 3.5"))
contract("vtl-equality", "numbers are equal by value, other types by their text", constant("equality", "abcd"))
contract("vtl-foreach", "a loop has count, index and hasNext", constant("foreach", "10a,21b"))
contract(
  "vtl-foreach-map",
  "a loop over a map has its values; keySet and entrySet are lists",
  constant("foreach-map", "12aba1b2"),
)
contract("vtl-foreach-limit", "a loop ends after 1,000 iterations", constant("foreach-limit", /^x{1000}$/))
contract(
  "vtl-foreach-scope",
  "a loop variable ends with its loop, other variables remain",
  constant("foreach-scope", "9 3"),
)
contract("vtl-break", "#break ends a loop", constant("break", "12"))
contract("vtl-stop", "#stop ends the template", constant("stop", "a"))
contract("vtl-define", "#define is rendered where it is used", constant("define", "<1><2>"))
contract("vtl-macro", "macros are not available: a call is text", constant("macro", '#m("x")'))
contract(
  "vtl-unknown-directive",
  "an unknown directive is text, with its arguments",
  constant("unknown-directive", "#evaluate($v) #13ff93 #"),
)
contract("vtl-escapes", "a backslash escapes a reference or directive", constant("escapes", "$x \\v #if"))
contract("vtl-comments", "comments are dropped, with the line break of a line comment", constant("comments", "abc"))
contract("vtl-line-breaks", "the empty rest of a line after a directive is dropped", constant("line-breaks", "1\nend"))
contract(
  "vtl-interpolation",
  "references in double quotation marks are replaced",
  constant("interpolation", 'h w "q" $n'),
)
contract("vtl-text-methods", "texts have the methods of Java", constant("text-methods", "5 el true 2 heLo true true 3"))
contract("vtl-list-methods", "lists have the methods of Java", constant("list-methods", "3 b c true false [a, b, c]"))
contract("vtl-map-methods", "maps have the methods of Java", constant("map-methods", "[] 1 2 false 2 {a=3, b=2}"))
contract("vtl-range", "a range counts up or down", constant("range", "2,1,0,-1,"))
contract("vtl-assignment", "keys and items can be assigned", constant("assignment", "{a=1, b=2} [9, 2]"))
contract(
  "vtl-static-methods",
  "static methods are called on a value of the type",
  constant("static-methods", "42 true"),
)

contract("vtl-util-escape", "$util.escapeJavaScript escapes by the rules of JavaScript", async ({ mappingUrl }) => {
  const escaped = await rendered(mappingUrl, "util-escape", "it's \"\n")
  expect(escaped).toBe("it\\'s \\\"\\n")
})

contract("vtl-util-parse-json", "$util.parseJson reads JSON in a text", async ({ mappingUrl }) => {
  expect(await rendered(mappingUrl, "util-parse-json", '{"key":{"list":[1,2]}}')).toBe("2")
})

contract("vtl-util-url", "$util.urlEncode and urlDecode use the form encoding", async ({ mappingUrl }) => {
  expect(await rendered(mappingUrl, "util-url", "a b&ü")).toBe("a+b%26%C3%BC a b&c")
})

contract("vtl-util-base64", "$util.base64Encode and base64Decode use UTF-8", async ({ mappingUrl }) => {
  expect(await rendered(mappingUrl, "util-base64", "grüße")).toBe("Z3LDvMOfZQ== grüße")
})

contract("vtl-context", "$context has the variables of the message", async ({ mappingUrl }) => {
  const context = JSON.parse(await rendered(mappingUrl, "context"))
  const id = expect.stringMatching(/^[\w-]{15}=$/)
  expect(context).toEqual({
    connectionId: id,
    requestId: id,
    messageId: id,
    routeKey: "render",
    eventType: "MESSAGE",
    stage: "contract",
    apiId: expect.stringMatching(/^[a-z0-9]{10}$/),
    domainName: `${context.apiId}.execute-api.${context.domainName.split(".")[2]}.amazonaws.com`,
    connectedAt: expect.any(Number),
    requestTimeEpoch: expect.any(Number),
    sourceIp: expect.any(String),
  })
})

contract(
  "vtl-stage-variables",
  "$stageVariables has the variables of the stage",
  constant("stage-variables", "blue blue blue []"),
)
