// The methods of Java's List and Map that mapping templates call. Those that change a collection change it in place.
import { isEqual, isList, isMap, MapEntry, textOf, type Value } from "./value.ts"

type Args = readonly Value[]

// A client can send long lists, and a list that is added to itself doubles.
const MAX_COMPARISONS = 1_000_000
const MAX_LENGTH = 1_000_000

/** null: there is no such method, or it returns nothing. */
export function callListMethod(list: readonly Value[], name: string, args: Args): Value {
  const changed = changeList(list as Value[], name, args)
  if (changed !== undefined) return changed
  const [first = null, second = null] = args
  switch (name) {
    case "size":
      return list.length
    case "isEmpty":
      return list.length === 0
    case "get":
      return typeof first === "number" ? (list[first] ?? null) : null
    case "contains":
      return list.some((item) => isEqual(item, first))
    case "containsAll":
      return isList(first) && containsAll(list, first)
    case "indexOf":
      return list.findIndex((item) => isEqual(item, first))
    case "subList":
      return typeof first === "number" && typeof second === "number" ? list.slice(first, second) : null
    case "toArray":
    case "iterator":
      return list
    case "toString":
      return textOf(list)
    case "equals":
      return isList(first) && isEqual(list, first)
    default:
      return null
  }
}

function containsAll(list: readonly Value[], wanted: readonly Value[]): boolean {
  if (list.length * wanted.length > MAX_COMPARISONS) {
    throw new RangeError(`containsAll compares more than ${MAX_COMPARISONS} pairs of values.`)
  }
  return wanted.every((one) => list.some((item) => isEqual(item, one)))
}

/** Whether the list has changed. It can be added to itself. */
function addAll(list: Value[], added: readonly Value[]): boolean {
  if (list.length + added.length > MAX_LENGTH) throw new RangeError(`A list has more than ${MAX_LENGTH} values.`)
  for (const value of [...added]) list.push(value)
  return added.length > 0
}

/** undefined: `name` is not a method that changes a list. */
function changeList(list: Value[], name: string, args: Args): Value | undefined {
  const [first = null, second = null] = args
  switch (name) {
    case "add":
      if (args.length === 1) return list.push(first) > 0
      if (typeof first === "number" && first >= 0 && first <= list.length) list.splice(first, 0, second)
      return null
    case "addAll":
      return isList(first) && addAll(list, first)
    case "set":
      return typeof first === "number" && first in list ? (list.splice(first, 1, second)[0] ?? null) : null
    case "remove": {
      const index = typeof first === "number" ? first : list.findIndex((item) => isEqual(item, first))
      const [removed] = index >= 0 ? list.splice(index, 1) : []
      return typeof first === "number" ? (removed ?? null) : removed !== undefined
    }
    case "clear":
      list.length = 0
      return null
    default:
      return undefined
  }
}

/** null: there is no such method, or it returns nothing. */
export function callMapMethod(map: ReadonlyMap<string, Value>, name: string, args: Args): Value {
  const changed = changeMap(map as Map<string, Value>, name, args)
  if (changed !== undefined) return changed
  const [first = null, second = null] = args
  switch (name) {
    case "size":
      return map.size
    case "isEmpty":
      return map.size === 0
    case "get":
      return map.get(textOf(first)) ?? null
    case "getOrDefault":
      return map.get(textOf(first)) ?? second
    case "containsKey":
      return map.has(textOf(first))
    case "containsValue":
      return [...map.values()].some((value) => isEqual(value, first))
    case "keySet":
      return [...map.keys()]
    case "values":
      return [...map.values()]
    case "entrySet":
      return [...map].map(([key, value]) => new MapEntry(key, value))
    case "toString":
      return textOf(map)
    case "equals":
      return isMap(first) && isEqual(map, first)
    default:
      return null
  }
}

/** undefined: `name` is not a method that changes a map. */
function changeMap(map: Map<string, Value>, name: string, args: Args): Value | undefined {
  const [first = null, second = null] = args
  const key = textOf(first)
  const former = map.get(key) ?? null
  switch (name) {
    case "put":
      map.set(key, second)
      return former
    case "putIfAbsent":
      if (!map.has(key)) map.set(key, second)
      return former
    case "putAll":
      if (isMap(first)) for (const [one, value] of first) map.set(one, value)
      return null
    case "remove":
      map.delete(key)
      return former
    case "clear":
      map.clear()
      return null
    default:
      return undefined
  }
}
