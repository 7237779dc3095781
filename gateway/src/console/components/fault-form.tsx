// The form for a new fault. It has the fields of the chosen effect only.
import type { ComponentChildren } from "preact"
import { useEffect, useState } from "preact/hooks"
import { getJson, type OpenConnections, postJson } from "../state/api.ts"
import type { Deployment } from "../state/deployment.ts"
import { effects, emptyFault, type FaultField, type FaultInput, faultOf } from "../state/fault-fields.ts"
import type { Store } from "../state/store.ts"
import type { ActiveFault } from "./use-faults.ts"
import { useStore } from "./use-store.ts"

const groups = [...new Set(effects.map(({ group }) => group))]
const codes: readonly (readonly [string, string])[] = [
  ["1001", "1001 going away"],
  ["1011", "1011 internal error"],
  ["1012", "1012 service restart"],
]

export function FaultForm({ store, onAdded }: { store: Store; onAdded(): void }) {
  const { served, openConnections } = useStore(store)
  const [input, setInput] = useState<FaultInput>(emptyFault)
  const [outcome, setOutcome] = useState<{ problem?: string; text?: string }>({})
  const { connections, routes } = useTargets(openConnections)
  const fields = effects.find(({ effect }) => effect === input.effect)?.fields ?? []
  const isNow = fields.includes("on") && input.on === "now"
  const set = (change: Partial<FaultInput>) => setInput({ ...input, ...change })
  const has = (field: FaultField) => fields.includes(field)
  const add = () => {
    postJson<ActiveFault>("/faults", faultOf(input)).then(
      ({ injections }) => {
        setOutcome(isNow ? { text: injections === 1 ? "1 connection ended." : `${injections} connections ended.` } : {})
        onAdded()
      },
      (error: Error) => setOutcome({ problem: error.message }),
    )
  }
  return (
    <form
      class="form"
      onSubmit={(event) => {
        event.preventDefault()
        add()
      }}
    >
      <h2>Inject a fault</h2>
      <label>
        What happens
        <select
          value={input.effect}
          onChange={({ currentTarget: { value } }) =>
            set({ effect: value, on: value === "delay" && input.on === "now" ? "message" : input.on })
          }
        >
          {groups.map((group) => (
            <optgroup key={group} label={group}>
              {effects
                .filter((one) => one.group === group)
                .map(({ effect, label }) => (
                  <option key={effect} value={effect}>
                    {label}
                  </option>
                ))}
            </optgroup>
          ))}
        </select>
      </label>
      {has("code") && (
        <Choice label="Close code" value={input.code} options={codes} onChoose={(code) => set({ code })} />
      )}
      {has("on") && (
        <Choice
          label="When"
          value={input.on}
          options={[
            ["message", "A message of the client arrives"],
            ["push", "A frame is sent to the client"],
            ...(input.effect === "delay" ? [] : ([["now", "Now"]] as const)),
          ]}
          onChoose={(on) => set({ on })}
        />
      )}
      {has("delayMs") && (
        <NumberField
          label="Delay in milliseconds"
          value={input.delayMs}
          min={1}
          onEdit={(delayMs) => set({ delayMs })}
        />
      )}
      {has("errorMessage") && (
        <label>
          Error message
          <input
            value={input.errorMessage}
            placeholder="This error was injected by a fault of the gateway."
            onInput={({ currentTarget }) => set({ errorMessage: currentTarget.value })}
          />
        </label>
      )}
      <fieldset>
        <legend>To what</legend>
        {has("functionName") && (
          <Choice
            label="Function"
            value={input.functionName}
            options={[
              ["", "Every function"],
              ...served.functions.map(({ logicalId }) => [logicalId, logicalId] as const),
            ]}
            onChoose={(functionName) => set({ functionName })}
          />
        )}
        {has("routeKey") && !isNow && (
          <Choice
            label="Route"
            value={input.routeKey}
            options={[
              ["", "Every route"],
              ...routes.filter((key) => has("functionName") || isMessageRoute(key)).map(same),
            ]}
            onChoose={(routeKey) => set({ routeKey })}
          />
        )}
        {has("connectionId") && (
          <Choice
            label="Connection"
            value={input.connectionId}
            options={[["", "Every connection"], ...connections.map(same)]}
            onChoose={(connectionId) => set({ connectionId })}
          />
        )}
      </fieldset>
      <fieldset>
        <legend>How often</legend>
        <NumberField
          label="Percent of the time"
          value={input.percent}
          min={0}
          max={100}
          placeholder="100"
          onEdit={(percent) => set({ percent })}
        />
        {!isNow && (
          <>
            <NumberField
              label="Times, then removed"
              value={input.count}
              min={1}
              placeholder="no limit"
              onEdit={(count) => set({ count })}
            />
            <NumberField
              label="Minutes, then removed"
              value={input.minutes}
              min={0}
              placeholder="no limit"
              onEdit={(minutes) => set({ minutes })}
            />
          </>
        )}
      </fieldset>
      {outcome.problem !== undefined && (
        <p class="failure" role="alert">
          {outcome.problem}
        </p>
      )}
      {outcome.text !== undefined && <p role="status">{outcome.text}</p>}
      <button type="submit" class="primary">
        {isNow ? "Inject now" : "Set fault"}
      </button>
    </form>
  )
}

function same(value: string): readonly [string, string] {
  return [value, value]
}

function isMessageRoute(routeKey: string): boolean {
  return routeKey !== "$connect" && routeKey !== "$disconnect" && !routeKey.includes("/")
}

/** What a fault can be limited to. Read again when a connection opens or closes. */
function useTargets(openConnections: number): { connections: string[]; routes: string[] } {
  const [connections, setConnections] = useState<string[]>([])
  const [routes, setRoutes] = useState<string[]>([])
  useEffect(() => {
    getJson<OpenConnections>("/connections").then(
      (read) => setConnections(read.connections.map(({ connectionId }) => connectionId)),
      () => setConnections([]),
    )
  }, [openConnections])
  useEffect(() => {
    getJson<Deployment>("/deployment").then(
      ({ apis }) =>
        setRoutes([
          ...new Set(apis.flatMap(({ stages }) => stages.flatMap((one) => one.routes.map(({ routeKey }) => routeKey)))),
        ]),
      () => setRoutes([]),
    )
  }, [])
  return { connections, routes }
}

function Choice({
  label,
  value,
  options,
  onChoose,
}: {
  label: string
  value: string
  options: readonly (readonly [string, string])[]
  onChoose(value: string): void
}): ComponentChildren {
  return (
    <label>
      {label}
      <select value={value} onChange={({ currentTarget }) => onChoose(currentTarget.value)}>
        {options.map(([key, text]) => (
          <option key={key} value={key}>
            {text}
          </option>
        ))}
      </select>
    </label>
  )
}

function NumberField({
  label,
  value,
  min,
  max,
  placeholder,
  onEdit,
}: {
  label: string
  value: string
  min: number
  max?: number
  placeholder?: string
  onEdit(value: string): void
}): ComponentChildren {
  return (
    <label>
      {label}
      <input
        type="number"
        step="any"
        min={min}
        max={max}
        value={value}
        placeholder={placeholder}
        onInput={({ currentTarget }) => onEdit(currentTarget.value)}
      />
    </label>
  )
}
