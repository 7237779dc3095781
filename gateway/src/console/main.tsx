// Starts the console: connects the stream of events to the store and mounts the page.
import { render } from "preact"
import { App } from "./components/app.tsx"
import { connectStream } from "./state/event-stream.ts"
import { createStore } from "./state/store.ts"
import "./styles/console.css"

const store = createStore()
connectStream(store)
const root = document.getElementById("app")
if (root) render(<App store={store} />, root)
