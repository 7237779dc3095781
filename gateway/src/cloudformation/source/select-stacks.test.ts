// Which stacks of a source are selected by name.
import { expect, test } from "vitest"
import { stackOf } from "../testing/stack-of.ts"
import { selectStacks } from "./select-stacks.ts"

const named = (stackName: string, parent?: string) =>
  stackOf({}, { stackName, ...(parent !== undefined && { nestedIn: { stackName: parent, logicalId: "Child" } }) })

const stacks = [
  named("chat"),
  named("chat-Child", "chat"),
  named("chat-Child-Grandchild", "chat-Child"),
  named("web"),
  named("web-Child", "web"),
  named("plain"),
]

const namesOf = (name: string | undefined) => selectStacks(stacks, name).map(({ stackName }) => stackName)

test("selects every stack without a name", () => {
  expect(selectStacks(stacks, undefined)).toEqual(stacks)
})

test("selects the named stack only when no stack is nested in it", () => {
  expect(namesOf("plain")).toEqual(["plain"])
})

test("selects the stacks nested in the named stack at every depth", () => {
  expect(namesOf("chat")).toEqual(["chat", "chat-Child", "chat-Child-Grandchild"])
  expect(namesOf("web")).toEqual(["web", "web-Child"])
})

test("selects a nested stack by its own name, without its parent", () => {
  expect(namesOf("chat-Child")).toEqual(["chat-Child", "chat-Child-Grandchild"])
})

test("rejects an unknown name and lists the names of the stacks that are not nested", () => {
  expect(() => selectStacks(stacks, "chatt")).toThrowError(
    expect.objectContaining({
      code: "BAD_OPTION",
      message: 'There is no stack "chatt".',
      hint: "Stacks: chat, web, plain.",
    }),
  )
})
