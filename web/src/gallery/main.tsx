// The gallery, in development only: every state of the page at an address of its own, /gallery.html?state={name}.
import { DocumentInsightProvider } from "@document-insight/client/react"
import { createRoot } from "react-dom/client"
import "../styles/all.css"
import { CompletionAlerts } from "../browser/completion-alerts.ts"
import { ConfigurationError } from "../page/ConfigurationError.tsx"
import { Page } from "../page/Page.tsx"
import { SignInPage } from "../sign-in/SignInPage.tsx"
import { SignedInContext } from "../sign-in/signed-in-context.tsx"
import { galleryStates } from "./states.ts"
import { GalleryWorld } from "./world.ts"

const root = createRoot(document.getElementById("root") ?? document.body)
const name = new URLSearchParams(location.search).get("state")
const state = galleryStates.find((one) => one.name === name)

if (state) void show(state)
else root.render(<Index />)

async function show({ name, arrange }: (typeof galleryStates)[number]): Promise<void> {
  const world = new GalleryWorld()
  await arrange.before?.(world)
  const { documentList, textClient, progressClient, route, browser, now } = world.open()
  await arrange.documents?.(world)
  root.render(
    name === "configuration-error" ? (
      <ConfigurationError message="The configuration of this page, config.json, is missing or incomplete." />
    ) : world.signedIn && world.session?.status === "signed-out" ? (
      <SignInPage session={world.signedIn.session} envName="dev" />
    ) : (
      <SignedInContext.Provider value={world.signedIn}>
        <DocumentInsightProvider progressClient={progressClient}>
          <Page
            documentList={documentList}
            textClient={textClient}
            route={route}
            alerts={new CompletionAlerts(browser)}
            envName="dev"
            now={now}
          />
        </DocumentInsightProvider>
      </SignedInContext.Provider>
    ),
  )
  await world.settled()
  await arrange.after?.(world)
  await world.settled()
  // For the program that takes the pictures.
  document.documentElement.dataset.state = name
}

function Index() {
  return (
    <main className="page">
      <h1>States of the page</h1>
      <ul>
        {galleryStates.map(({ name, title }) => (
          <li key={name}>
            <a href={`?state=${name}`}>{title}</a>
          </li>
        ))}
      </ul>
    </main>
  )
}
