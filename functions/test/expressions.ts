// Evaluates DynamoDB's condition and update expressions, as far as the functions use them.

export type Item = Record<string, unknown>
export type Placeholders = {
  ExpressionAttributeNames?: Record<string, string> | undefined
  ExpressionAttributeValues?: Record<string, unknown> | undefined
}

type Read = (item: Item | undefined, placeholders: Placeholders) => unknown

const compiled = new Map<string, Read>()

/** Whether an item, which may be missing, meets a condition. */
export function meets(condition: string | undefined, item: Item | undefined, placeholders: Placeholders): boolean {
  if (condition === undefined) return true
  let read = compiled.get(condition)
  if (!read) {
    read = new Parser(condition).parse()
    compiled.set(condition, read)
  }
  return read(item, placeholders) === true
}

/** `or` := `and` { OR `and` }, `and` := `term` { AND `term` }, `term` := (`or`) | function | comparison */
class Parser {
  readonly #tokens: string[]
  readonly #text: string

  constructor(text: string) {
    this.#text = text
    this.#tokens = text.match(/[()=<>]|[#:]?\w+/g) ?? []
  }

  parse(): Read {
    const read = this.#or()
    if (this.#tokens.length > 0) throw new Error(`The expression is not supported: ${this.#text}`)
    return read
  }

  #or(): Read {
    const terms = [this.#and()]
    while (this.#accept("OR")) terms.push(this.#and())
    return (item, given) => terms.some((term) => term(item, given))
  }

  #and(): Read {
    const terms = [this.#term()]
    while (this.#accept("AND")) terms.push(this.#term())
    return (item, given) => terms.every((term) => term(item, given))
  }

  #term(): Read {
    if (this.#accept("(")) {
      const inner = this.#or()
      this.#accept(")")
      return inner
    }
    for (const [name, isExpected] of [
      ["attribute_exists", true],
      ["attribute_not_exists", false],
    ] as const) {
      if (!this.#accept(name)) continue
      this.#accept("(")
      const operand = this.#operand()
      this.#accept(")")
      return (item, given) => (operand(item, given) !== undefined) === isExpected
    }
    const left = this.#operand()
    const operator = this.#tokens.shift()
    const right = this.#operand()
    return (item, given) => compare(left(item, given), operator, right(item, given))
  }

  #operand(): Read {
    const token = this.#tokens.shift() ?? ""
    if (token.startsWith(":")) return (_, given) => given.ExpressionAttributeValues?.[token]
    return (item, given) => item?.[nameOf(token, given)]
  }

  #accept(token: string): boolean {
    if (this.#tokens[0] !== token) return false
    this.#tokens.shift()
    return true
  }
}

/** An attribute that is missing meets no comparison. */
function compare(left: unknown, operator: string | undefined, right: unknown): boolean {
  if (left === undefined || right === undefined) return false
  if (operator === "=") return left === right
  if (operator === "<") return (left as number) < (right as number)
  if (operator === ">") return (left as number) > (right as number)
  throw new Error(`The operator ${operator} is not supported.`)
}

function nameOf(token: string, { ExpressionAttributeNames: names }: Placeholders): string {
  return token.startsWith("#") ? (names?.[token] ?? token) : token
}

/** The item after an update, as a new object. */
export function updated(expression: string, item: Item, placeholders: Placeholders): Item {
  const result = { ...item }
  const clauses = /^SET (.*?)(?: REMOVE (.*?))?(?: ADD (.*))?$/.exec(expression)
  if (!clauses) throw new Error(`The expression is not supported: ${expression}`)
  const [, set = "", remove = "", add = ""] = clauses
  const value = (token: string) => placeholders.ExpressionAttributeValues?.[token]
  for (const part of partsOf(set)) {
    const [name = "", token = ""] = part.split(" = ")
    result[nameOf(name, placeholders)] = value(token)
  }
  for (const name of partsOf(remove)) delete result[nameOf(name, placeholders)]
  for (const part of partsOf(add)) {
    const [token = "", by = ""] = part.split(" ")
    const name = nameOf(token, placeholders)
    result[name] = Number(result[name] ?? 0) + Number(value(by))
  }
  return result
}

function partsOf(list: string): string[] {
  return list === "" ? [] : list.split(", ")
}
