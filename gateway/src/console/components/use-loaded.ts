// Loads a value from the gateway, again when its path changes or on request. A response that is overtaken is dropped.
import { useCallback, useEffect, useRef, useState } from "preact/hooks"
import { getJson } from "../state/api.ts"

export type Loaded<Value> = { value: Value | undefined; problem: string; reload(): void }

/** @param everyMs loads it again so often; undefined: on request only */
export function useLoaded<Value>(path: string, everyMs?: number): Loaded<Value> {
  const [state, setState] = useState<{ path: string; value?: Value; problem: string }>({ path, problem: "" })
  const latest = useRef(0)
  const reload = useCallback(() => {
    const turn = ++latest.current
    const finish = (result: { value?: Value; problem: string }) => {
      if (turn === latest.current) setState({ path, ...result })
    }
    getJson<Value>(path).then(
      (value) => finish({ value, problem: "" }),
      (error: Error) => finish({ problem: error.message }),
    )
  }, [path])
  useEffect(() => {
    reload()
    if (everyMs === undefined) return undefined
    const timer = setInterval(reload, everyMs)
    return () => clearInterval(timer)
  }, [reload, everyMs])
  // The value of another path is not shown under this one.
  return { value: state.path === path ? state.value : undefined, problem: state.problem, reload }
}
