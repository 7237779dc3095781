// Collects insights from real prose, and from pages of every kind.
import { insightsSchema } from "@document-insight/protocol"
import fc from "fast-check"
import * as v from "valibot"
import { describe, expect, test } from "vitest"
import { runs } from "../../../../tests/testing/runs.ts"
import { stories, textOf } from "../../../test/corpus/stories.ts"
import { extractInsights } from "../../../test/extract-insights.ts"
import { fieldReport } from "../../../test/field-report.ts"
import { samplesByLanguage } from "../../../test/samples-by-language.ts"
import { InsightsCollector } from "./insights-collector.ts"

const isOutOfTime = () => false
const extract = (...pages: string[]) => extractInsights({ title: null, pages, isOutOfTime })

describe("a page of English prose", () => {
  test("has counts, and its heading as title", async () => {
    expect(await extract(fieldReport)).toMatchObject({
      title: "Eleven minutes",
      language: "en",
      pages: 1,
      words: 363,
      readingMinutes: 2,
      pagesWithoutText: [],
    })
  })

  test("has a summary of its own sentences, in their order", async () => {
    const { summary } = await extract(fieldReport)
    const text = fieldReport.replace(/\s+/g, " ")
    expect(summary.length).toBeGreaterThanOrEqual(3)
    expect(summary.length).toBeLessThanOrEqual(5)
    const places = summary.map((sentence) => text.indexOf(sentence))
    expect(places).not.toContain(-1)
    expect(places).toEqual(places.toSorted((a, b) => a - b))
    expect(summary.join(" ")).toMatch(/flood gauges.*relay station/i)
  })

  test("has its key phrases, people, places and organizations, and no others", async () => {
    const { keyphrases, people, places, organizations } = await extract(fieldReport)
    const phrases = keyphrases.map(({ text }) => text.toLowerCase())
    expect(phrases.slice(0, 2)).toEqual(["relay station", "flood gauges"])
    expect(phrases).toEqual(expect.arrayContaining(["flood warning", "water level", "town hall", "sirens"]))
    expect(people).toEqual([
      { text: "Maria Keller", count: 3, page: 1 },
      { text: "Tom Brennan", count: 2, page: 1 },
    ])
    expect(places).toEqual([
      { text: "Dublin", count: 2, page: 1 },
      { text: "Lyon", count: 1, page: 1 },
    ])
    expect(organizations).toEqual([
      { text: "River Authority", count: 2, page: 1 },
      { text: "European Union", count: 1, page: 1 },
      { text: "Siemens Energy", count: 1, page: 1 },
      { text: "University of Leeds", count: 1, page: 1 },
    ])
  })

  test("has the title of its metadata, unless that is a file name", async () => {
    expect((await extract("Subject: Version 4 is ready\n\nDear all,")).title).toBe("Version 4 is ready")
    const titled = (title: string) => extractInsights({ title, pages: [fieldReport], isOutOfTime })
    expect((await titled(" Where the\nminutes went ")).title).toBe("Where the minutes went")
    expect((await titled("Microsoft Word - report_final2.docx")).title).toBe("Eleven minutes")
  })
})

test("the author in the metadata is a person, once, with the page that names them", async () => {
  const author = "Nora Lindqvist"
  const german = `Die Brücke\n\nVon Nora Lindqvist\n\n${samplesByLanguage.de}`
  const named = await extractInsights({ title: null, author, pages: [german], isOutOfTime })
  expect(named.people).toEqual([{ text: author, count: 1, page: 1 }])
  const english = await extractInsights({ title: null, author, pages: [fieldReport], isOutOfTime })
  expect(english.people).toContainEqual({ text: author, count: 1 })
  const program = await extractInsights({ title: null, author: "Microsoft Office User", pages: [german], isOutOfTime })
  expect(program.people.map(({ text }) => text)).toEqual([author])
})

describe("other languages", () => {
  test.each([
    [
      "de",
      "Die Pegel über der Stadt maßen den Wasserstand alle dreißig Sekunden. Das Relais sammelte die Messwerte, und der Wasserstand stieg weiter. Niemand hatte entschieden, dass eine Warnung warten darf. Der Wasserstand fiel erst am Abend.",
    ],
    [
      "fr",
      "Les capteurs au-dessus de la ville mesurent le niveau d'eau toutes les trente secondes. Le niveau d'eau monte, et personne ne le voit avant le soir. La mairie ne lit pas ses courriers pendant la nuit.",
    ],
    [
      "es",
      "Los sensores del río miden el nivel del agua cada treinta segundos. El nivel del agua subió durante la noche y nadie lo vio. El ayuntamiento lee sus correos por la mañana, cuando ya es tarde.",
    ],
  ])("are detected: %s", async (language, text) => {
    expect((await extract(text)).language).toBe(language)
  })

  test("have a summary and key phrases, and no names that English rules would find in them", async () => {
    const german =
      "Der Wasserstand der Loire stieg in der Nacht über die Marke von drei Metern. Die Stadt maß den Wasserstand alle dreißig Sekunden an vier Stellen. Am Morgen las der Bürgermeister, dass der Wasserstand gefallen war."
    const insights = await extract(german)
    expect(insights.keyphrases[0]).toEqual({ text: "Wasserstand", count: 3, page: 1 })
    expect(insights.summary).toHaveLength(3)
    expect([...insights.people, ...insights.places, ...insights.organizations]).toEqual([])
  })
})

test("key phrases are not references, conjunctions or numbers, even when they are frequent", async () => {
  const german = [
    "Falls der Wasserstand steigt, siehe Abschnitt 4 dieser Anleitung.",
    "Falls die Pumpe ausfällt, siehe Abschnitt 7 dieser Anleitung.",
    "Falls die Pumpe warm wird, siehe Abschnitt 9 und den Wasserstand.",
    "Falls der Wasserstand fällt, siehe Abschnitt 2 und die Pumpe.",
  ]
  const english = [
    "The relay station has 4 gauges and the 9 sensors of the river.",
    "A relay station sends the readings and the 9 alarms to the town.",
    "The second relay station checks the gauges and the 9 pumps.",
    "When a relay station fails, see section 3 and the 9 notes.",
  ]
  for (const [sentences, phrase] of [
    [german, "Wasserstand"],
    [english, "relay station"],
  ] as const) {
    const phrases = (await extract(sentences.join(" "))).keyphrases.map(({ text }) => text)
    expect(phrases).toContain(phrase)
    for (const text of phrases)
      expect(text).not.toMatch(/^(?:siehe|falls|and|see)\b|\b(?:and the|the 9|siehe|falls)\b|\d/i)
  }
})

test.each([
  ["pl", /każd|jej/],
  ["uk", /його|кожн/],
  ["el", /κάθε/],
  ["hi", /हर|उसक/],
] as const)("key phrases have no stop words: %s", async (language, stop) => {
  const { keyphrases } = await extract(textOf(stories[language]))
  expect(keyphrases.length).toBeGreaterThan(2)
  for (const { text } of keyphrases) expect(text.toLowerCase()).not.toMatch(stop)
})

describe("other scripts", () => {
  test.each([
    [
      "zh",
      "城市上游的水位计每三十秒测量一次水位。当天夜里水位上涨到三米以上，没有人看到警报。市政府第二天早上才读到水位计发出的信息。现在水位计会把警报直接发送给消防队。",
      "水位计",
    ],
    [
      "ja",
      "町の上流にある水位計は三十秒ごとに川の高さを測っている。その夜、川の高さは三メートルを超えたが、警報はだれにも届かなかった。役場の人は翌朝になって水位計の警報を読んだ。いまでは警報が消防署へ直接送られる。",
      "警報",
    ],
    [
      "ko",
      "도시 위쪽의 측정기는 삼십 초마다 강물 높이를 잰다. 그날 밤 강물 높이는 삼 미터를 넘었지만 아무도 경보를 보지 못했다. 시청 직원은 다음 날 아침에야 강물 높이 기록을 읽었다. 이제 측정기는 소방서에 바로 알린다.",
      "강물",
    ],
    [
      "ru",
      "Датчики выше города измеряют уровень воды каждые тридцать секунд. Ночью уровень воды поднялся выше трёх метров, но предупреждение никто не увидел. Утром в мэрии прочитали, что уровень воды снова упал.",
      "уровень воды",
    ],
    [
      "hi",
      "शहर के ऊपर लगे यंत्र हर तीस सेकंड में नदी का जलस्तर मापते हैं। उस रात नदी का जलस्तर तीन मीटर से ऊपर चला गया, पर किसी ने चेतावनी नहीं देखी। अगली सुबह अधिकारियों ने पढ़ा कि नदी का जलस्तर फिर घट गया था।",
      "जलस्तर",
    ],
    [
      "ar",
      "تقيس أجهزة الاستشعار فوق المدينة منسوب النهر كل ثلاثين ثانية. ارتفع منسوب النهر في تلك الليلة فوق ثلاثة أمتار ولم ير أحد التحذير. وفي الصباح قرأ الموظفون في البلدية أن منسوب النهر قد انخفض من جديد.",
      "منسوب النهر",
    ],
  ])("have a summary and key phrases of their own words: %s", async (language, text, phrase) => {
    const insights = await extract(text)
    expect(insights.language).toBe(language)
    expect(insights.summary.length).toBeGreaterThanOrEqual(3)
    for (const sentence of insights.summary) expect(text).toContain(sentence)
    expect(insights.keyphrases.map((keyphrase) => keyphrase.text).join("|")).toContain(phrase)
  })

  test("summarize a Chinese document from its Chinese text, and not from an English appendix", async () => {
    const chinese = "水位计每三十秒测量一次水位，并把结果发送给值班人员。水位上涨时，值班人员应当立即通知消防队和医院。"
    const { language, summary } = await extract(Array<string>(6).fill(chinese).join("\n\n"), fieldReport.slice(0, 600))
    expect(language).toBe("zh")
    expect(summary.length).toBeGreaterThan(0)
    expect(summary.join("")).not.toMatch(/[A-Za-z]/)
  })

  test("without sentence ends have no summary: Thai", async () => {
    expect(await extract(samplesByLanguage.th ?? "")).toMatchObject({ language: "th", summary: [] })
  })
})

describe("little or no text", () => {
  test("has few words, and lists the pages without any", async () => {
    expect(await extract("", " \n", "Some words.", "")).toMatchObject({
      title: null,
      language: null,
      pages: 4,
      words: 2,
      readingMinutes: 1,
      summary: [],
      pagesWithoutText: [1, 2, 4],
    })
    expect(await extract("", "")).toMatchObject({ title: null, words: 0, readingMinutes: 0, pagesWithoutText: [1, 2] })
  })

  test("ignores and lists the pages whose text is glyphs without characters", async () => {
    const glyphs = "\ue041\ue042 \ue043 ".repeat(40)
    const { words, keyphrases, ...insights } = await extract(glyphs, fieldReport, glyphs)
    expect(insights).toMatchObject({ pages: 3, pagesWithoutText: [], unreadablePages: [1, 3], title: "Eleven minutes" })
    expect(words).toBe(363)
    expect(JSON.stringify(keyphrases)).not.toMatch(/\p{Co}/u)
  })

  test("lists at most 10,000 pages without text, so that the insights fit into one item", async () => {
    const { pages, pagesWithoutText } = await extract(...Array.from({ length: 10_001 }, () => ""))
    expect(pages).toBe(10_001)
    expect(pagesWithoutText).toHaveLength(10_000)
  })
})

describe("dates, amounts and links", () => {
  test("are listed once, with the first page and the value that they have in the language", async () => {
    const german = "Der Vertrag vom 3. März 2026 läuft bis zum 26.11.2026 und kostet die Stadt jedes Jahr 1.234 € mehr."
    const { language, dates, amounts, links } = await extract(german, `${german} Siehe https://example.com/.`)
    expect(language).toBe("de")
    expect(dates).toEqual([
      { date: "2026-03-03", text: "3. März 2026", page: 1 },
      { date: "2026-11-26", text: "26.11.2026", page: 1 },
    ])
    expect(amounts).toEqual([{ currency: "EUR", value: 1234, text: "1.234 €", page: 1 }])
    expect(links).toEqual([{ url: "https://example.com/", page: 2 }])
  })

  test("of a document are at most 50 of each kind", async () => {
    const lines = Array.from(
      { length: 80 },
      (_, at) => `2026-01-${10 + (at % 20)} ${1900 + at}-01-01 $${at} https://a.b/${at}`,
    )
    const { dates, amounts, links } = await extract(fieldReport + lines.join("\n"))
    expect([dates?.length, amounts?.length, links?.length]).toEqual([50, 50, 50])
  })

  test("of links are those of the text and the targets behind it, each once, and only safe ones", async () => {
    const targets = ["https://example.com", "javascript:alert(1)", "mailto:a@example.com", "https://example.org/b"]
    const { links, outline } = await extractInsights({
      title: null,
      pages: ["https://example.com/", "and c@example.com"],
      structure: { outline: [{ text: "A", level: 1 }], links: targets.map((target) => ({ target, page: 2 })) },
      isOutOfTime,
    })
    expect(links).toEqual([
      { url: "https://example.com/", page: 1 },
      { url: "mailto:c@example.com", page: 2 },
      { url: "mailto:a@example.com", page: 2 },
      { url: "https://example.org/b", page: 2 },
    ])
    expect(outline).toEqual([{ text: "A", level: 1 }])
  })
})

test("completes without page numbers when time runs out", async () => {
  const insights = await extractInsights({ title: null, pages: [fieldReport], isOutOfTime: () => true })
  expect(insights.words).toBe(363)
  expect(insights.people).toContainEqual({ text: "Maria Keller", count: 3 })
  expect(insights.summaryPages).toEqual(insights.summary.map(() => null))
})

test("has the shape of the protocol for any text", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.oneof(fc.string({ maxLength: 300 }), fc.lorem({ maxCount: 5, mode: "sentences" })), {
        minLength: 1,
        maxLength: 4,
      }),
      async (pages) => {
        expect(v.is(insightsSchema, await extract(...pages))).toBe(true)
      },
    ),
    { numRuns: runs(60) },
  )
})

describe("of a long document", () => {
  test("the page numbers are those of the document, although a sample of its pages is analyzed", async () => {
    const pages = Array.from({ length: 3_000 }, (_, index) => {
      return `First\nSecond\nThe gauge of valley number ${index + 1} was read at noon.\nThird\nFourth`
    })
    const { keyphrases, summaryPages, summary } = await extract(...pages)
    expect(keyphrases[0]).toMatchObject({ page: 1 })
    expect(summaryPages).toEqual(summary.map((sentence) => Number(/\d+/.exec(sentence)?.[0])))
    expect(Math.max(...(summaryPages ?? []).map(Number))).toBeGreaterThan(1_000)
  })

  test("a second collector continues where another one stopped", async () => {
    const pages = Array.from({ length: 30 }, (_, index) => (index % 7 === 3 ? "" : fieldReport.slice(index * 20)))
    const properties = { title: null, totalPages: pages.length }
    const first = new InsightsCollector(properties)
    for (const page of pages.slice(0, 11)) first.add(page)
    const second = new InsightsCollector(properties, first.counts)
    for (const page of pages.slice(0, 11)) second.restore(page)
    for (const page of pages.slice(11)) second.add(page)
    expect(await second.finish(isOutOfTime)).toEqual(await extract(...pages))
  })
})
