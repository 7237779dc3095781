// The syntax tree of a mapping template.
import type { Value } from "./value.ts"

export type Template = readonly Node[]

export type Node =
  | { kind: "text"; text: string }
  | { kind: "reference"; reference: Reference }
  | { kind: "set"; target: Reference; value: Expression }
  | { kind: "if"; branches: readonly Branch[]; otherwise: Template }
  | { kind: "foreach"; variable: string; list: Expression; body: Template }
  | { kind: "define"; variable: string; body: Template }
  | { kind: "break" }
  | { kind: "stop" }

export type Branch = { condition: Expression; body: Template }

/** `$name.property.method(argument)[index]` */
export type Reference = { name: string; path: readonly Step[] }

export type Step =
  | { kind: "property"; name: string }
  | { kind: "method"; name: string; args: readonly Expression[] }
  | { kind: "index"; index: Expression }

export type Expression =
  | { kind: "literal"; value: Value }
  /** A text in double quotation marks, which may contain references and directives. */
  | { kind: "interpolation"; template: Template }
  | { kind: "reference"; reference: Reference }
  | { kind: "list"; items: readonly Expression[] }
  | { kind: "range"; from: Expression; to: Expression }
  | { kind: "map"; entries: readonly (readonly [key: Expression, value: Expression])[] }
  | { kind: "not"; operand: Expression }
  | { kind: "binary"; operator: Operator; left: Expression; right: Expression }

export type Operator = "||" | "&&" | "==" | "!=" | "<" | "<=" | ">" | ">=" | "+" | "-" | "*" | "/" | "%"
