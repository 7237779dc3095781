// The console's page: receives the stream of entries, keeps the list, and shows the details of one row.
import { createTimeline, type Entry, type EventEntry, isError, type Row, textOf } from "./timeline.ts"

const timeline = createTimeline()
const items = new Map<string, HTMLElement>()
let selected: string | undefined

const rowsList = byId("rows")
const detail = byId("detail")
const nothing = byId("nothing")
const find = byId("find") as HTMLInputElement
const errorsOnly = byId("errors-only") as HTMLInputElement

listen()
find.addEventListener("input", refilter)
errorsOnly.addEventListener("change", refilter)
byId("clear").addEventListener("click", clear)
rowsList.addEventListener("keydown", moveSelection)

function listen(): void {
  const source = new EventSource("/_console/events")
  const link = byId("link")
  const setState = (state: string) => {
    link.dataset.state = state
    link.textContent = state
  }
  source.addEventListener("open", () => setState("live"))
  source.addEventListener("error", () => setState("reconnecting"))
  on(source, "served", ({ outputs }: { outputs: Record<string, string> }) => showOutputs(outputs))
  on(source, "history", (entries: Entry[]) => {
    clear()
    for (const entry of entries) show(entry)
  })
  on(source, "entry", show)
  on(source, "connections", ({ open }: { open: number }) => {
    byId("connections").textContent = `${open} ${open === 1 ? "connection" : "connections"}`
  })
}

function on<Data>(source: EventSource, name: string, handle: (data: Data) => void): void {
  source.addEventListener(name, (event) => handle(JSON.parse((event as MessageEvent<string>).data)))
}

function showOutputs(outputs: Record<string, string>): void {
  const shown = Object.entries(outputs).filter(([name]) => !name.startsWith("ExportsOutput"))
  const list = byId("served").querySelector("dl")
  list?.replaceChildren(...shown.flatMap(([name, value]) => [element("dt", name), element("dd", value)]))
}

function show(entry: Entry): void {
  const isAtEnd = rowsList.scrollHeight - rowsList.scrollTop - rowsList.clientHeight < 40
  const { changed, removed } = timeline.add(entry)
  const item = removed ? (items.get(removed.key) ?? newItem()) : (items.get(changed.key) ?? newItem())
  if (removed) {
    items.delete(removed.key)
    if (selected === removed.key) selected = changed.key
  }
  items.set(changed.key, item)
  fill(item, changed)
  if (changed.key === selected) showDetail(changed)
  if (isAtEnd) rowsList.scrollTop = rowsList.scrollHeight
}

function newItem(): HTMLElement {
  const item = document.createElement("div")
  item.role = "option"
  item.className = "row"
  rowsList.append(item)
  nothing.hidden = true
  return item
}

function fill(item: HTMLElement, row: Row): void {
  const { title, note, status } = summarize(row)
  item.id = row.key
  item.dataset.kind = row.kind
  item.dataset.error = String(isError(row))
  item.hidden = !matches(row)
  item.ariaSelected = String(row.key === selected)
  item.onclick = () => select(row)
  item.replaceChildren(
    element("time", clockTime(row.time)),
    element("b", title),
    element("span", note, "note"),
    element("span", status, "status"),
  )
}

function summarize({ entry, output }: Row): { title: string; note: string; status: string } {
  if (entry.kind === "denied") return { title: "denied", note: `${entry.action} by ${entry.role}`, status: "403" }
  if (entry.kind === "problem") return { title: "problem", note: entry.message, status: "" }
  if (entry.kind === "reloaded") {
    return { title: "reloaded", note: entry.what, status: `${Math.round(entry.durationMs)} ms` }
  }
  if (entry.kind === "output") {
    const report = output.find(({ text }) => text.startsWith("REPORT"))?.text
    const duration = /Duration: ([\d.]+) ms/.exec(report ?? "")?.[1]
    return {
      title: functionName(entry.logGroup),
      note: "",
      status: duration ? `${Math.round(Number(duration))} ms` : "…",
    }
  }
  const latency = entry.latencyMs === undefined ? "" : `${entry.latencyMs} ms`
  const note = entry.frame ?? targetOf(entry) ?? entry.connectionId ?? ""
  return { title: entry.routeKey ?? "no route", note, status: [latency, entry.status ?? ""].join("  ").trim() }
}

function select(row: Row): void {
  if (selected !== undefined) items.get(selected)?.setAttribute("aria-selected", "false")
  selected = row.key
  const item = items.get(row.key)
  item?.setAttribute("aria-selected", "true")
  item?.scrollIntoView({ block: "nearest" })
  rowsList.setAttribute("aria-activedescendant", row.key)
  showDetail(row)
}

function showDetail(row: Row): void {
  const { entry } = row
  const parts: Node[] = [element("h2", summarize(row).title)]
  if (entry.kind === "event") {
    parts.push(
      facts({
        when: new Date(entry.time).toISOString(),
        event: entry.eventType,
        request: targetOf(entry),
        connection: entry.connectionId,
        "request id": entry.requestId,
        "invocation id": entry.functionRequestId,
        status: entry.status,
        integration: entry.integration,
        "integration status": entry.integrationStatus,
        "integration latency": entry.latencyMs === undefined ? undefined : `${entry.latencyMs} ms`,
      }),
    )
    if (entry.failure !== undefined) parts.push(element("p", entry.failure, "failure"))
    parts.push(...block("Frame received", entry.frame), ...block("Event", entry.event, false))
  }
  if (entry.kind === "denied") {
    parts.push(
      element("p", entry.explanation, "failure"),
      facts({ action: entry.action, resource: entry.resource, role: entry.role }),
    )
    parts.push(...block("Fix", entry.cure))
  }
  if (entry.kind === "problem") parts.push(element("p", entry.message, "failure"), element("p", entry.hint))
  if (row.output.length > 0) parts.push(element("h3", "Function log"), outputOf(row))
  if (entry.kind === "event") {
    parts.push(...block("Result", entry.result), ...block("Frame sent", entry.responseFrame))
  }
  detail.replaceChildren(...parts)
}

/** `GET /documents/7`, of an HTTP request. */
function targetOf({ method, path }: EventEntry): string | undefined {
  return path === undefined ? undefined : `${method} ${path}`
}

function facts(values: Record<string, string | number | undefined>): HTMLElement {
  const list = document.createElement("dl")
  for (const [name, value] of Object.entries(values)) {
    if (value !== undefined) list.append(element("dt", name), element("dd", String(value)))
  }
  return list
}

/** A payload below a heading. JSON is formatted. */
function block(title: string, text: string | undefined, isOpen = true): Node[] {
  if (text === undefined) return []
  const details = document.createElement("details")
  details.open = isOpen
  details.append(element("summary", title), element("pre", pretty(text)))
  return [details]
}

function outputOf({ output }: Row): HTMLElement {
  const lines = document.createElement("pre")
  lines.className = "output"
  lines.tabIndex = 0
  for (const { stream, text } of output) {
    const line = element("span", `${readable(text.trimEnd())}\n`)
    line.dataset.stream = /\bERROR\b|"level":"ERROR"|Task timed out/.test(text) ? "error" : stream
    lines.append(line)
  }
  return lines
}

/** A log line without the time and the id that every line of the text format repeats; JSON at its end is formatted. */
function readable(text: string): string {
  const [, level, message] = /^\S+Z\t\S*\t(\w+)\t(.*)$/s.exec(text) ?? []
  if (level === undefined || message === undefined) return pretty(text.replace(/ RequestId: [0-9a-f-]{36}/, ""))
  const [, words = "", json = message] = /^(.*?)\t?(\{.*\})$/s.exec(message) ?? []
  return [level.padEnd(6) + words, pretty(json)].join(words === "" ? "" : "\n")
}

function pretty(text: string): string {
  try {
    return JSON.stringify(unfold(JSON.parse(text)), null, 2)
  } catch {
    return text
  }
}

/** Splits texts of several lines, such as stack traces, into lists of lines. */
function unfold(value: unknown): unknown {
  if (typeof value === "string" && value.includes("\n")) return value.split("\n")
  if (Array.isArray(value)) return value.map(unfold)
  if (typeof value === "object" && value !== null) {
    return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, unfold(inner)]))
  }
  return value
}

function matches(row: Row): boolean {
  if (errorsOnly.checked && !isError(row)) return false
  return find.value === "" || textOf(row).includes(find.value.toLowerCase())
}

function refilter(): void {
  for (const row of timeline.rows()) {
    const item = items.get(row.key)
    if (item) item.hidden = !matches(row)
  }
}

function clear(): void {
  timeline.clear()
  items.clear()
  rowsList.replaceChildren()
  nothing.hidden = false
}

function moveSelection(event: KeyboardEvent): void {
  const step = event.key === "ArrowDown" ? 1 : event.key === "ArrowUp" ? -1 : 0
  if (step === 0) return
  event.preventDefault()
  const visible = timeline.rows().filter(matches)
  const index = visible.findIndex(({ key }) => key === selected)
  const next = visible[Math.min(Math.max(index + step, 0), visible.length - 1)]
  if (next) select(next)
}

function functionName(logGroup: string): string {
  return logGroup.slice(logGroup.lastIndexOf("/") + 1)
}

function clockTime(epochMs: number): string {
  return new Date(epochMs).toISOString().slice(11, 23)
}

function element(name: string, text: string, className = ""): HTMLElement {
  const made = document.createElement(name)
  made.textContent = text
  made.className = className
  return made
}

function byId(id: string): HTMLElement {
  const found = document.getElementById(id)
  if (!found) throw new Error(`The page has no #${id}`)
  return found
}
