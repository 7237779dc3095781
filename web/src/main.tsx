// The entry point of the page: loads the configuration, creates the clients and renders the page.
import { createDocumentsClient, ProgressClient } from "@document-insight/client"
import { DocumentInsightProvider } from "@document-insight/client/react"
import { StrictMode } from "react"
import { createRoot } from "react-dom/client"
import "./styles/all.css"
import { browserForAlerts, CompletionAlerts } from "./browser/completion-alerts.ts"
import { createDocumentRoute } from "./browser/document-route.ts"
import { type Config, loadConfig } from "./config.ts"
import { DocumentList } from "./documents/document-list.ts"
import { createStoredDocuments } from "./documents/stored-documents.ts"
import { ConfigurationError } from "./page/ConfigurationError.tsx"
import { Page } from "./page/Page.tsx"

const root = createRoot(document.getElementById("root") ?? document.body)

loadConfig().then(start, (error: Error) => root.render(<ConfigurationError message={error.message} />))

function start({ webSocketUrl, apiEndpoint, envName }: Config): void {
  const progressClient = new ProgressClient({ url: webSocketUrl })
  const documentsClient = createDocumentsClient({ apiEndpoint })
  const stored = createStoredDocuments(localStorage, envName)
  const documentList = new DocumentList({ documentsClient, progressClient, stored })
  addEventListener("beforeunload", (event) => {
    if (documentList.isUploading) event.preventDefault()
  })
  addEventListener("pagehide", () => documentList.removed.flush())

  root.render(
    <StrictMode>
      <DocumentInsightProvider progressClient={progressClient}>
        <Page
          documentList={documentList}
          route={createDocumentRoute()}
          alerts={new CompletionAlerts(browserForAlerts())}
          envName={envName}
        />
      </DocumentInsightProvider>
    </StrictMode>,
  )
}
