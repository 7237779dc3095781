// The entry point of the page: loads the configuration, creates the clients and renders the page.
import { createDocumentsClient, ProgressClient, Session } from "@document-insight/client"
import { DocumentInsightProvider } from "@document-insight/client/react"
import { StrictMode } from "react"
import { createRoot } from "react-dom/client"
import "./styles/all.css"
import { browserForAlerts, CompletionAlerts } from "./browser/completion-alerts.ts"
import { createDocumentRoute, documentIdOf } from "./browser/document-route.ts"
import { warnBeforeLeaving } from "./browser/warn-before-leaving.ts"
import { type Config, loadConfig } from "./config.ts"
import { DocumentList } from "./documents/document-list.ts"
import { createStoredDocuments } from "./documents/stored-documents.ts"
import { ConfigurationError } from "./page/ConfigurationError.tsx"
import { Page } from "./page/Page.tsx"
import { SignInPage } from "./sign-in/SignInPage.tsx"
import { createShareTokens, type ShareTokens } from "./sign-in/share-tokens.ts"
import { SignedInContext } from "./sign-in/signed-in-context.tsx"

const root = createRoot(document.getElementById("root") ?? document.body)

loadConfig().then(start, (error: Error) => root.render(<ConfigurationError message={error.message} />))

async function start(config: Config): Promise<void> {
  const { signIn, envName } = config
  if (!signIn) {
    showPage(config)
    return
  }
  const shareTokens = createShareTokens(sessionStorage, documentIdOf)
  shareTokens.takeFromAddress()
  const session = new Session({
    ...signIn,
    redirectUri: `${location.origin}/`,
    storage: sessionStorage,
    storageName: `document-insight/${envName}/session`,
    navigate: (url) => location.assign(url),
  })
  const path = await session.start(location.href)
  if (path !== undefined) history.replaceState(null, "", path)
  const state = session.state.getSnapshot()
  if (state.status === "signed-in") showPage(config, { session, shareTokens, userId: state.user.id })
  else root.render(<SignInPage session={session} envName={envName} />)
}

type PageSession = { session: Session; shareTokens: ShareTokens; userId: string }

function showPage({ webSocketUrl, apiEndpoint, envName, acceptsImages }: Config, signedIn?: PageSession): void {
  const shareTokenOf = signedIn?.shareTokens.tokenOf
  const accessToken = signedIn && ((rejected?: string) => signedIn.session.accessToken(rejected))
  const documentsClient = createDocumentsClient({ apiEndpoint, accessToken, shareTokenOf })
  const withTicket = async () => `${webSocketUrl}?ticket=${(await documentsClient.createTicket()).ticket}`
  const progressClient = new ProgressClient({ url: signedIn ? withTicket : webSocketUrl, shareTokenOf })
  // Users of one browser see only their own documents.
  const stored = createStoredDocuments(localStorage, signedIn ? `${envName}/${signedIn.userId}` : envName)
  const documentList = new DocumentList({ documentsClient, progressClient, stored, acceptsImages })
  warnBeforeLeaving(documentList)

  root.render(
    <StrictMode>
      <SignedInContext.Provider value={signedIn && { session: signedIn.session, client: documentsClient }}>
        <DocumentInsightProvider progressClient={progressClient}>
          <Page
            documentList={documentList}
            textClient={documentsClient}
            route={createDocumentRoute()}
            alerts={new CompletionAlerts(browserForAlerts())}
            envName={envName}
          />
        </DocumentInsightProvider>
      </SignedInContext.Provider>
    </StrictMode>,
  )
}
