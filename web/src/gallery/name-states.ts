// The states of the gallery with names that are long, or in other scripts and directions.
import type { Progress } from "@document-insight/protocol"
import { addFiles } from "./gallery-actions.ts"
import { complete, type GalleryState } from "./gallery-state.ts"
import { arabic, chinese, english, japanese, longWords, thai } from "./sample-insights.ts"

const inProgress: Partial<Progress> = {
  status: "progress",
  sequence: 3,
  pagesProcessed: 3,
  totalPages: 14,
  percentComplete: 21,
}

export const nameStates: readonly GalleryState[] = [
  {
    name: "names",
    title: "Names in several scripts, with numbers and brackets",
    arrange: {
      before(world) {
        world.document("تقرير الميزانية (نهائي) 2026.pdf", 310_000, complete(arabic.pages), arabic)
        world.document("2026-03 ميزانية المدينة - مسودة 3.xlsx", 88_000, inProgress)
        world.document("中华人民共和国水资源调查报告（2026年修订版）.pdf", 1_900_000, complete(chinese.pages), chinese)
        world.document("品質管理の手引き【第２版】.pdf", 1_900_000, complete(japanese.pages), japanese)
        world.document("รายงานประจำปีของกรุงเทพมหานคร ฉบับที่ ๒.docx", 140_000, complete(thai.pages), thai)
        world.document("דוח שנתי (טיוטה 2).pdf", 420_000, {
          status: "error",
          sequence: 5,
          errorCode: "ENCRYPTED",
          message: "This PDF is protected by a password. Enter the password to have it read.",
          recoverable: false,
        })
      },
      documents: (world) => addFiles(world, [new File(["x"], "صورة العائلة (1).heic")]),
    },
  },
  {
    name: "long-name",
    title: "Very long file names",
    arrange: {
      before(world) {
        const hyphenated = `${"minutes-of-the-meeting-of-the-committee-for-".repeat(5)}2026.pdf`
        const unbroken = `${"MinutesOfTheMeetingOfTheCommittee".repeat(6)}.pdf`
        world.document(hyphenated, 88_000, complete(english.pages), english)
        world.document(hyphenated, 88_000, inProgress)
        world.expandedId = world.document(unbroken, 88_000, complete(english.pages), english)
        world.document(unbroken, 88_000, { status: "error", sequence: 5, errorCode: "PROCESSING_FAILED" })
      },
    },
  },
  {
    name: "long-words",
    title: "Words that are longer than a phone is wide",
    arrange: {
      before(world) {
        world.expandedId = world.document("register.pdf", 88_000, complete(longWords.pages), longWords)
      },
    },
  },
  {
    name: "chinese",
    title: "A Chinese document",
    arrange: {
      before(world) {
        world.expandedId = world.document("水资源调查报告.pdf", 1_900_000, complete(chinese.pages), chinese)
      },
    },
  },
  {
    name: "thai",
    title: "A Thai document",
    arrange: {
      before(world) {
        world.expandedId = world.document("รายงานประจำปี.docx", 140_000, complete(thai.pages), thai)
      },
    },
  },
]
