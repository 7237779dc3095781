// The hooks of the client in a page that is rendered without a browser, as on a server.
import { ProgressClient } from "@document-insight/client"
import { DocumentInsightProvider, useConnectionState, useDocumentProgress } from "@document-insight/client/react"
import { createElement, type ReactNode } from "react"
import { renderToString } from "react-dom/server"
import { expect, test } from "vitest"

function Probe(): ReactNode {
  return `${useConnectionState()}, ${useDocumentProgress("d")?.status ?? "unknown"}`
}

test("a page is connecting before it is mounted, and knows no progress", () => {
  const progressClient = new ProgressClient({ url: "ws://localhost:9/dev" })
  progressClient.note({
    documentId: "d",
    status: "progress",
    sequence: 1,
    pagesProcessed: 1,
    totalPages: 2,
    percentComplete: 50,
    timestamp: "2026-01-01T00:00:00.000Z",
  })
  const page = createElement(DocumentInsightProvider, { progressClient }, createElement(Probe))
  expect(renderToString(page)).toBe("connecting, unknown")
  // Rendering opens no connection.
  expect(progressClient.connection.getSnapshot()).toBe("closed")
})

test("a hook without a provider above it says what is missing", () => {
  expect(() => renderToString(createElement(Probe))).toThrow("Put a <DocumentInsightProvider> above the component")
})
