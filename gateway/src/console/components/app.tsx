// The frame of the console: navigation, state of the connection to the gateway, and the current view.
import { useEffect, useState } from "preact/hooks"
import { hashOf, type View, views } from "../state/hash.ts"
import type { Store } from "../state/store.ts"
import { createComposer } from "./composer-state.ts"
import { ComposerView } from "./composer-view.tsx"
import { ConnectionsView } from "./connections-view.tsx"
import { DeploymentView } from "./deployment-view.tsx"
import { FaultStatus } from "./fault-status.tsx"
import { FaultsView } from "./faults-view.tsx"
import { MetricsView } from "./metrics-view.tsx"
import { StoresView } from "./stores-view.tsx"
import { TimelineView } from "./timeline-view.tsx"
import { useFaults } from "./use-faults.ts"
import { usePlace } from "./use-place.ts"
import { useStore } from "./use-store.ts"

const titles: Record<View, string> = {
  timeline: "Timeline",
  connections: "Connections",
  composer: "Composer",
  data: "Data",
  deployment: "Deployment",
  metrics: "Metrics",
  faults: "Faults and time",
}

export function App({ store }: { store: Store }) {
  const { view, item } = usePlace()
  const [composer] = useState(createComposer)
  const faults = useFaults()
  useEffect(() => {
    document.title = `${titles[view]} · Console`
  }, [view])
  return (
    <>
      <header class="top">
        <h1>Console</h1>
        <nav aria-label="Views">
          {views.map((name) => (
            <a key={name} href={hashOf(name)} aria-current={name === view ? "page" : undefined}>
              {titles[name]}
            </a>
          ))}
        </nav>
        <FaultStatus faults={faults} />
        <Status store={store} />
      </header>
      <main class={`view ${view}`}>
        {view === "timeline" && <TimelineView store={store} selected={item} composer={composer} />}
        {view === "connections" && <ConnectionsView store={store} selected={item} composer={composer} />}
        {view === "composer" && <ComposerView store={store} composer={composer} />}
        {view === "data" && <StoresView selected={item} />}
        {view === "deployment" && <DeploymentView store={store} />}
        {view === "faults" && <FaultsView store={store} faults={faults} />}
        {view === "metrics" && <MetricsView store={store} />}
      </main>
    </>
  )
}

function Status({ store }: { store: Store }) {
  const { openConnections, link } = useStore(store)
  return (
    <div class="link">
      <p id="connections">{openConnections === 1 ? "1 connection" : `${openConnections} connections`}</p>
      <p id="link" role="status" data-state={link}>
        {link}
      </p>
    </div>
  )
}
