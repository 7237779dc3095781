// The states of the gallery with sign-in.
import { complete, type GalleryState } from "./gallery-state.ts"
import { english } from "./sample-insights.ts"
import type { GalleryWorld } from "./world.ts"

const user = { id: "u-1", name: "ingrid.solberg@example.com" }

export const signInStates: readonly GalleryState[] = [
  {
    name: "sign-in",
    title: "No user is signed in",
    arrange: { before: (world) => Object.assign(world, { session: { status: "signed-out" } }) },
  },
  {
    name: "sign-in-failed",
    title: "A sign-in that was cancelled",
    arrange: {
      before(world) {
        world.session = { status: "signed-out", problem: "The sign-in was cancelled. Sign in again." }
      },
    },
  },
  {
    name: "shared",
    title: "A shared link",
    arrange: {
      before(world) {
        world.session = { status: "signed-in", user }
        world.expandedId = aDocument(world)
      },
      after: () => document.querySelector<HTMLButtonElement>(".share .button")?.click(),
    },
  },
  {
    name: "session-ended",
    title: "The session has ended",
    arrange: {
      before(world) {
        world.session = { status: "ended" }
        aDocument(world)
      },
    },
  },
]

function aDocument(world: GalleryWorld): string {
  return world.document("annual-report-2026.pdf", 4_200_000, complete(english.pages), english)
}
