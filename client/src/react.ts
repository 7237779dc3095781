// React bindings of a progress client: a provider that opens and closes it, and hooks for its state and progress.
import type { Progress } from "@document-insight/protocol"
import {
  createContext,
  createElement,
  type ReactNode,
  useCallback,
  useContext,
  useEffect,
  useSyncExternalStore,
} from "react"
import type { ProgressClient } from "./progress-client.ts"
import type { ConnectionState } from "./reconnecting-socket.ts"

const ProgressClientContext = createContext<ProgressClient | undefined>(undefined)

/** Keeps the client's connection open while it is mounted. */
export function DocumentInsightProvider(props: { progressClient: ProgressClient; children?: ReactNode }): ReactNode {
  const { progressClient, children } = props
  useEffect(() => {
    progressClient.open()
    return () => progressClient.close()
  }, [progressClient])
  return createElement(ProgressClientContext.Provider, { value: progressClient }, children)
}

export function useConnectionState(): ConnectionState {
  const { connection } = useProgressClient()
  return useSyncExternalStore(connection.subscribe, connection.getSnapshot, () => "connecting")
}

/** Watches a document while mounted. Undefined until a progress is known, and without a documentId. */
export function useDocumentProgress(documentId: string | undefined): Progress | undefined {
  const client = useProgressClient()
  const subscribe = useCallback(
    (changed: () => void) => (documentId === undefined ? () => {} : client.watch(documentId, changed)),
    [client, documentId],
  )
  const newest = () => (documentId === undefined ? undefined : client.progressOf(documentId))
  return useSyncExternalStore(subscribe, newest, () => undefined)
}

/** The progress client of the provider. */
export function useProgressClient(): ProgressClient {
  const client = useContext(ProgressClientContext)
  if (!client) throw new Error("Put a <DocumentInsightProvider> above the component that uses this hook.")
  return client
}
