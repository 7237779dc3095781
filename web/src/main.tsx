// The page's composition root: reads its settings, makes the clients, hangs the page in.
import { createDocumentsClient, ProgressClient } from "@document-insight/client"
import { DocumentInsightProvider } from "@document-insight/client/react"
import { StrictMode } from "react"
import { createRoot } from "react-dom/client"
import "./styles/tokens.css"
import "./styles/page.css"
import "./styles/hand-in.css"
import "./styles/document.css"
import "./styles/insights.css"
import { type Config, loadConfig } from "./config.ts"
import { DocumentList } from "./documents/document-list.ts"
import { rememberDocumentsIn } from "./documents/remembered-documents.ts"
import { Page } from "./page/Page.tsx"
import { SettingsProblem } from "./page/SettingsProblem.tsx"

const root = createRoot(document.getElementById("root") ?? document.body)

loadConfig().then(start, (error: Error) => root.render(<SettingsProblem sentence={error.message} />))

function start({ webSocketUrl, apiEndpoint, envName }: Config): void {
  const progressClient = new ProgressClient({ url: webSocketUrl })
  const documentsClient = createDocumentsClient({ apiEndpoint })
  const remembered = rememberDocumentsIn(localStorage, envName)
  const documentList = new DocumentList({ documentsClient, progressClient, remembered })

  root.render(
    <StrictMode>
      <DocumentInsightProvider progressClient={progressClient}>
        <Page documentList={documentList} envName={envName} />
      </DocumentInsightProvider>
    </StrictMode>,
  )
}
