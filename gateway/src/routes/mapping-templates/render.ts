// Renders a mapping template: evaluates its references, expressions and directives within a bound of steps and output.
import { callListMethod, callMapMethod } from "./collection-methods.ts"
import type { Expression, Node, Reference, Step, Template } from "./syntax-tree.ts"
import { callBooleanMethod, callNumberMethod, callTextMethod } from "./text-methods.ts"
import {
  calculate,
  compare,
  Deferred,
  Double,
  HostObject,
  isEqual,
  isList,
  isMap,
  isTrue,
  textOf,
  type Value,
} from "./value.ts"

export class TemplateRenderError extends Error {
  override readonly name = "TemplateRenderError"
}

// A template may loop over what a client sends, and loops multiply.
const MAX_STEPS = 1_000_000
const MAX_OUTPUT = 10 * 1024 * 1024
const tooLarge = "Its output is larger than 10 MB."
const MAX_DEPTH = 200
/** AWS: a loop has 1,000 iterations at most (vtl-foreach-limit) */
const MAX_ITERATIONS = 1_000

/** @throws TemplateRenderError, and errors of the objects that the template calls */
export function render(template: Template, variables: ReadonlyMap<string, Value>): string {
  const renderer = new Renderer(variables)
  return renderer.block(template)
}

/** How a block ended. */
type Flow = "next" | "break" | "stop"

class Renderer {
  readonly #variables: Map<string, Value>
  #steps = 0
  #written = 0
  #depth = 0
  #stopped = false

  constructor(variables: ReadonlyMap<string, Value>) {
    this.#variables = new Map(variables)
  }

  block(template: Template): string {
    const output: string[] = []
    if (++this.#depth > MAX_DEPTH) throw new TemplateRenderError("A #define refers to itself.")
    this.#run(template, output)
    this.#depth--
    return output.join("")
  }

  #run(template: Template, output: string[]): Flow {
    for (const node of template) {
      if (this.#stopped) return "stop"
      this.#step()
      const flow = this.#node(node, output)
      if (flow !== "next") return flow
    }
    return "next"
  }

  #step(): void {
    if (++this.#steps > MAX_STEPS) throw new TemplateRenderError(`It takes more than ${MAX_STEPS} steps.`)
  }

  #write(text: string, output: string[]): Flow {
    this.#written += text.length
    if (this.#written > MAX_OUTPUT) throw new TemplateRenderError(tooLarge)
    output.push(text)
    return "next"
  }

  #node(node: Node, output: string[]): Flow {
    switch (node.kind) {
      case "text":
        return this.#write(node.text, output)
      case "reference":
        return this.#write(textOf(this.#reference(node.reference)), output)
      case "set":
        this.#assign(node.target, this.evaluate(node.value))
        return "next"
      case "if": {
        const branch = node.branches.find(({ condition }) => isTrue(this.evaluate(condition)))
        return this.#run(branch?.body ?? node.otherwise, output)
      }
      case "foreach":
        return this.#foreach(node, output)
      case "define":
        this.#variables.set(node.variable, new Deferred(() => this.block(node.body)))
        return "next"
      case "break":
        return "break"
      case "stop":
        this.#stopped = true
        return "stop"
    }
  }

  #foreach({ variable, list, body }: Extract<Node, { kind: "foreach" }>, output: string[]): Flow {
    const items = itemsOf(this.evaluate(list)).slice(0, MAX_ITERATIONS)
    const names = [variable, "foreach", "velocityCount", "velocityHasNext"]
    const outer = names.map((name) => this.#variables.get(name))
    const parent = this.#variables.get("foreach") ?? null
    let flow: Flow = "next"
    for (const [index, item] of items.entries()) {
      this.#step()
      const hasNext = index < items.length - 1
      this.#variables.set(variable, item)
      this.#variables.set("foreach", new Loop({ index, hasNext, parent }))
      this.#variables.set("velocityCount", index + 1)
      this.#variables.set("velocityHasNext", hasNext)
      flow = this.#run(body, output)
      if (flow !== "next") break
    }
    for (const [at, name] of names.entries()) restore(this.#variables, name, outer[at])
    return flow === "stop" ? "stop" : "next"
  }

  evaluate(expression: Expression): Value {
    this.#step()
    switch (expression.kind) {
      case "literal":
        return expression.value
      case "interpolation":
        return this.block(expression.template)
      case "reference":
        return this.#reference(expression.reference)
      case "list":
        return expression.items.map((item) => this.evaluate(item))
      case "range":
        return this.#range(this.evaluate(expression.from), this.evaluate(expression.to))
      case "map":
        return new Map(expression.entries.map(([key, value]) => [textOf(this.evaluate(key)), this.evaluate(value)]))
      case "not":
        return !isTrue(this.evaluate(expression.operand))
      case "binary":
        return this.#binary(expression)
    }
  }

  #binary({ operator, left, right }: Extract<Expression, { kind: "binary" }>): Value {
    const first = this.evaluate(left)
    if (operator === "||") return isTrue(first) || isTrue(this.evaluate(right))
    if (operator === "&&") return isTrue(first) && isTrue(this.evaluate(right))
    const second = this.evaluate(right)
    if (operator === "==") return isEqual(first, second)
    if (operator === "!=") return !isEqual(first, second)
    if (operator === "<" || operator === "<=" || operator === ">" || operator === ">=") {
      const order = compare(first, second)
      if (order === undefined) return false
      if (operator === "<") return order < 0
      if (operator === "<=") return order <= 0
      return operator === ">" ? order > 0 : order >= 0
    }
    return checkLength(calculate(operator, first, second))
  }

  #range(from: Value, to: Value): Value {
    if (typeof from !== "number" || typeof to !== "number") return null
    const length = Math.abs(to - from) + 1
    this.#steps += length
    this.#step()
    const direction = to >= from ? 1 : -1
    return Array.from({ length }, (_, index) => from + index * direction)
  }

  /** AWS: what is not found is an empty text, which is true in a condition (vtl-undefined, vtl-undefined-is-true) */
  #reference({ name, path }: Reference): Value {
    let value = this.#variables.get(name) ?? null
    for (const step of path) {
      this.#step()
      value = this.#follow(value, step)
      if (value === null) return ""
    }
    return value ?? ""
  }

  #follow(value: Value, step: Step): Value {
    if (value instanceof Deferred) return this.#follow(value.render(), step)
    if (step.kind === "property") return propertyOf(value, step.name)
    if (step.kind === "index") return itemOf(value, this.evaluate(step.index))
    const args = step.args.map((argument) => this.evaluate(argument))
    return checkLength(callMethod(value, step.name, args))
  }

  #assign({ name, path }: Reference, value: Value): void {
    const last = path.at(-1)
    if (!last) {
      // Velocity: without a result, such as after a division by zero, the variable keeps its value.
      if (value !== null) this.#variables.set(name, value)
      return
    }
    let owner: Value = this.#variables.get(name) ?? null
    for (const step of path.slice(0, -1)) owner = owner === null ? null : this.#follow(owner, step)
    const key = last.kind === "index" ? this.evaluate(last.index) : last.kind === "property" ? last.name : null
    if (isMap(owner)) (owner as Map<string, Value>).set(textOf(key), value)
    else if (isList(owner) && typeof key === "number" && key in owner) (owner as Value[])[key] = value
  }
}

/** `$foreach` */
class Loop extends HostObject {
  readonly #properties: ReadonlyMap<string, Value>

  constructor({ index, hasNext, parent }: { index: number; hasNext: boolean; parent: Value }) {
    super()
    this.#properties = new Map<string, Value>([
      ["count", index + 1],
      ["index", index],
      ["hasNext", hasNext],
      ["first", index === 0],
      ["last", !hasNext],
      ["parent", parent],
    ])
  }

  override property(name: string): Value {
    return this.#properties.get(name) ?? null
  }

  override call(name: string): Value {
    if (name === "hasNext") return this.property("hasNext")
    const property = /^(?:get|is)([A-Z].*)$/.exec(name)?.[1]
    return property === undefined ? null : this.property(property.charAt(0).toLowerCase() + property.slice(1))
  }
}

function checkLength(value: Value): Value {
  if (typeof value === "string" && value.length > MAX_OUTPUT) throw new TemplateRenderError(tooLarge)
  return value
}

function restore(variables: Map<string, Value>, name: string, value: Value | undefined): void {
  if (value === undefined) variables.delete(name)
  else variables.set(name, value)
}

/** A loop over a map is one over its values. */
function itemsOf(value: Value): readonly Value[] {
  if (isList(value)) return value
  return isMap(value) ? [...value.values()] : []
}

function propertyOf(value: Value, name: string): Value {
  if (isMap(value)) return value.get(name) ?? null
  if (value instanceof HostObject) return value.property(name)
  if (name === "class") return new Map([["name", classOf(value)]])
  // Velocity finds the property `empty` of a text or list by its method `isEmpty`.
  return callMethod(value, `is${name.charAt(0).toUpperCase()}${name.slice(1)}`, [])
}

function classOf(value: Value): string {
  if (typeof value === "string") return "java.lang.String"
  if (typeof value === "boolean") return "java.lang.Boolean"
  if (value instanceof Double) return "java.lang.Double"
  return isList(value) ? "java.util.ArrayList" : "java.lang.Integer"
}

function itemOf(value: Value, index: Value): Value {
  if (isList(value)) return typeof index === "number" ? (value.at(index) ?? null) : null
  if (isMap(value)) return value.get(textOf(index)) ?? null
  return value instanceof HostObject ? value.property(textOf(index)) : null
}

/** null: there is no such method, or it returns nothing. */
function callMethod(value: Value, name: string, args: readonly Value[]): Value {
  if (typeof value === "string") return callTextMethod(value, name, args)
  if (typeof value === "boolean") return callBooleanMethod(value, name, args)
  if (value === null) return null
  if (isList(value)) return callListMethod(value, name, args)
  if (isMap(value)) return callMapMethod(value, name, args)
  if (value instanceof HostObject) return value.call(name, args)
  return value instanceof Deferred ? null : callNumberMethod(value, name, args)
}
