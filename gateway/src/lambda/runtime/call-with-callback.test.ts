// What the runtimes before nodejs24.x make of callbacks, promises and handlers that do neither.
import { afterAll, afterEach, expect, test } from "vitest"
import { closeLambdas, defineFunction, shareLambda, startLambda } from "../testing/lambda-under-test.ts"

afterEach(closeLambdas)

const runtime = "nodejs22.x"
const onNode22 = (source: string) => startLambda([defineFunction(source, { runtime })])

/** Runs the handler that is the text of its event. */
const source = "export const handler = (event, context, callback) => eval(event)(event, context, callback)"
const evaluator = shareLambda([defineFunction(source, { runtime })])
afterAll(evaluator.close)

test.each([
  ["an async handler that calls back", "async (event, context, callback) => { callback(null, 1) }"],
  ["an async handler that calls back and returns", "async (e, c, callback) => { callback(null, 1); return 2 }"],
  ["a second callback", "(e, c, callback) => { callback(null, 1); callback(null, 2); callback(new Error('late')) }"],
  ["context.succeed before a callback", "(e, context, callback) => { context.succeed(1); callback(null, 2) }"],
  ["a callback before context.done", "(e, context, callback) => { callback(null, 1); context.done(null, 2) }"],
  ["an async handler that throws after its callback", "async (e, c, callback) => { callback(null, 1); throw Error() }"],
])("the first report wins: %s", async (_title, handler) => {
  expect(await evaluator.lambda().call(handler)).toBe(1)
})

test.each([
  ["context.fail", "async (event, context) => { context.fail(new RangeError('first')) }"],
  ["a callback with an error", "async (e, c, callback) => { callback(new RangeError('first')); return 2 }"],
])("%s fails the invocation, whatever the promise resolves to", async (_title, handler) => {
  const error = await evaluator.lambda().fail(handler)
  expect(error).toMatchObject({ errorType: "RangeError", errorMessage: "first" })
})

test("context.succeed and errors do not wait for an empty event loop", async () => {
  const { call, fail } = onNode22(`export const handler = (event, context, callback) => {
    setInterval(() => {}, 1000)
    if (event.fails) callback("failed")
    else context.succeed("at once")
  }`)
  expect(await call()).toBe("at once")
  expect(await fail({ fails: true })).toMatchObject({ errorMessage: "failed" })
})

test("a handler that reports nothing responds with null when its event loop is empty", async () => {
  const { call } = onNode22(`let done = 0
    export const handler = (event, context, callback) => {
      if (event.read) callback(null, done)
      else setTimeout(() => { done++ }, 5)
    }`)
  expect(await call()).toBeNull()
  expect(await call({ read: true })).toBe(1)
})

test("an async handler that can never end fails with Runtime.NodeJsExit", async () => {
  const { call, fail } = onNode22("export const handler = async (event) => event.ends ?? new Promise(() => {})")
  expect(await fail()).toMatchObject({ errorType: "Runtime.NodeJsExit" })
  expect(await call({ ends: true })).toBe(true)
})

test("nodejs24.x has neither the functions nor the flag of callbacks", async () => {
  const source = "export const handler = async (event, context) => Object.keys(context)"
  const keys = await startLambda([defineFunction(source, { runtime: "nodejs24.x" })]).call()
  for (const name of ["done", "succeed", "fail", "callbackWaitsForEmptyEventLoop"]) expect(keys).not.toContain(name)
})
