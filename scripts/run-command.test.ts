import { describe, expect, test } from "vitest"
import { CommandError, helpOf, parseCommand } from "./run-command.ts"

const command = {
  usage: "npm run example -- [NAME...] [options]",
  summary: "Shows how a command is described.",
  options: {
    quick: { type: "boolean", help: "measure less" },
    context: { type: "string", short: "c", multiple: true, value: "KEY=VALUE", help: "a setting" },
  },
  positionals: ["NAME...", "what to show"],
  passedOn: "options of another program",
} as const

const { positionals: _, passedOn: __, ...withoutArguments } = command

function errorOf(argv: string[], of: Parameters<typeof parseCommand>[0] = command): { message: string; hint: string } {
  try {
    parseCommand(of, argv)
  } catch (error) {
    if (error instanceof CommandError) return error
    throw error
  }
  throw new Error("was accepted")
}

test("parses options, positional arguments and the arguments after --", () => {
  expect(parseCommand(command, ["one", "--quick", "-c", "a=1", "--context=b=2", "two", "--", "--other", "x"])).toEqual({
    values: { quick: true, context: ["a=1", "b=2"] },
    positionals: ["one", "two"],
    passedOn: ["--other", "x"],
  })
  expect(parseCommand(withoutArguments, [])).toEqual({ values: {}, positionals: [], passedOn: [] })
})

test("answers --help and -h, also next to other options, but not after --", () => {
  expect(parseCommand(command, ["--help"])).toBe("help")
  expect(parseCommand(command, ["--quick", "-h"])).toBe("help")
  expect(parseCommand(command, ["--", "--help"])).toMatchObject({ passedOn: ["--help"] })
})

test("the help names every option with its value and the arguments", () => {
  expect(helpOf(command)).toBe(`Shows how a command is described.

Usage: npm run example -- [NAME...] [options]

  NAME...                  what to show
  --quick                  measure less
  -c, --context KEY=VALUE  a setting
  -h, --help               this text
  -- ...                   options of another program
`)
})

describe("rejects, with the list of known options,", () => {
  test("an unknown option", () => {
    expect(errorOf(["--quik"])).toMatchObject({
      message: "--quik is not a known option.",
      hint: "Known options: --quick, --context KEY=VALUE, --help.",
    })
  })

  test("an unknown option before --help", () => {
    expect(errorOf(["--quik", "--help"]).message).toBe("--quik is not a known option.")
  })

  test("a missing value, and a value that the option does not take", () => {
    expect(errorOf(["--context"]).message).toContain("'-c, --context <value>' argument missing")
    expect(errorOf(["--quick=yes"]).message).toContain("'--quick' does not take an argument")
  })

  test("an argument that the command does not take", () => {
    const hint = "Usage: npm run example -- [NAME...] [options]. Known options: --quick, --context KEY=VALUE, --help."
    expect(errorOf(["one"], withoutArguments)).toMatchObject({ message: "Unexpected argument 'one'.", hint })
    expect(errorOf(["--", "two"], withoutArguments)).toMatchObject({ message: "Unexpected argument 'two'.", hint })
  })
})
