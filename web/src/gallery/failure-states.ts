// The states of the gallery in which a document fails.
import { DocumentError } from "@document-insight/client"
import type { Progress } from "@document-insight/protocol"
import { addFiles, enter, file } from "./gallery-actions.ts"
import { complete, type GalleryState } from "./gallery-state.ts"

const error = (errorCode: NonNullable<Progress["errorCode"]>, message: string, recoverable = false) => ({
  status: "error" as const,
  sequence: 5,
  errorCode,
  message,
  recoverable,
})

export const failureStates: readonly GalleryState[] = [
  {
    name: "failed",
    title: "Documents that failed, and one that is retried",
    arrange: {
      before(world) {
        world.document(
          "salaries.pdf",
          420_000,
          error("ENCRYPTED", "This PDF is protected by a password. Enter the password to have it read."),
        )
        world.document("broken.pdf", 12_000, error("PROCESSING_FAILED", "The document could not be processed."))
        world.document("report.pdf", 900_000, error("TIMED_OUT", "Processing took too long.", true))
      },
      documents: (world) => addFiles(world, [new File(["x"], "holiday.heic"), new File([], "empty.txt")]),
    },
  },
  {
    name: "wrong-password",
    title: "A password that was wrong, and a server that cannot be reached with the next",
    arrange: {
      before: (world) =>
        world.document(
          "salaries.pdf",
          420_000,
          error("ENCRYPTED", "This is not the password of the PDF. Check it and enter it again."),
        ),
      after() {
        enter("input[type=password]", "swordfish")
        document.querySelector<HTMLButtonElement>(".password-form button")?.click()
      },
    },
  },
  {
    name: "upload-failed",
    title: "An upload that was interrupted, and one that was cancelled",
    arrange: {
      async documents(world) {
        await addFiles(world, [file("annual-report-2026.pdf", 4), file("minutes.docx", 1)])
        world.uploads[0]?.fail(
          new DocumentError("unreachable", "The upload was interrupted. Check the network and try again."),
        )
        const { documentList } = world.opened
        documentList.cancel(documentList.getSnapshot()[1]?.key ?? "")
      },
    },
  },
  {
    name: "interrupted",
    title: "An upload that a reload interrupted, and one of another tab",
    arrange: {
      before(world) {
        world.begunUpload("annual-report-2026.pdf", 4_200_000)
        world.begunUpload("minutes.docx", 88_000, { isHeld: true })
      },
    },
  },
  {
    name: "insights-failed",
    title: "Insights that could not be loaded",
    arrange: { before: (world) => world.document("annual-report-2026.pdf", 4_200_000, complete(86)) },
  },
  {
    name: "gone",
    title: "The address of a document that was deleted",
    arrange: { before: (world) => Object.assign(world, { expandedId: "deleted" }) },
  },
]
