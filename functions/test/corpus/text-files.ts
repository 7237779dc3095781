// Plain text, Markdown, HTML, e-mail and other text formats of the corpus, in twenty encodings.
import { encodeText } from "../encode-text.ts"
import type { CorpusFile, Expectation } from "./corpus-file.ts"
import { type Language, type Story, stories, textOf, traditionalChinese } from "./stories.ts"

const byteOrderMark = "\ufeff"

export function expectationOf(language: string, { title, paragraphs, phrase }: Story): Expectation {
  return { language, title, texts: [title, ...paragraphs], phrase, hasSummary: language !== "th" }
}

function text(language: Language, encoding: string, story: Story = stories[language]): CorpusFile {
  const mark = /^utf-(?:16|32)le/.test(encoding) ? byteOrderMark : ""
  return {
    name: `story-${language}-${encoding}.txt`,
    make: () => encodeText(mark + textOf(story), encoding),
    expected: expectationOf(language, story),
  }
}

const texts: CorpusFile[] = [
  text("en", "windows-1252"),
  text("de", "windows-1252"),
  text("fr", "windows-1252"),
  text("es", "iso-8859-15"),
  text("it", "utf-16le"),
  text("pt", "utf-16be"),
  text("nl", "utf-32le"),
  text("sv", "utf-8"),
  text("pl", "windows-1250"),
  text("tr", "windows-1254"),
  text("el", "windows-1253"),
  text("ru", "koi8-r"),
  text("uk", "windows-1251"),
  text("ar", "windows-1256"),
  text("fa", "utf-8"),
  text("hi", "utf-8"),
  text("th", "windows-874"),
  text("ko", "euc-kr"),
  text("ja", "shift_jis"),
  text("ja", "euc-jp"),
  text("zh", "gb18030"),
  // Without a byte order mark.
  text("zh", "utf-16be"),
  text("ru", "utf-32be"),
  text("uk", "koi8-u"),
  text("zh", "big5", traditionalChinese),
]

function page(language: Language, { meta = "", head = "" }: { meta?: string; head?: string } = {}): string {
  const { title, paragraphs } = stories[language]
  return `<!DOCTYPE html><html lang="${language}"><head>${meta}<title>${title}</title>${head}</head><body>
<nav><a href="/">Start</a> <a href="/b">Navigation</a></nav>
<h1>${title}</h1>${paragraphs.map((paragraph) => `<p>${paragraph.replace(" ", " <b>&#8203;</b>")}</p>`).join("\n")}
<script>const tracked = "not a text"</script></body></html>`
}

function html(language: Language, encoding: string, meta: string): CorpusFile {
  return {
    name: `story-${language}-${encoding}.html`,
    make: () => encodeText(page(language, { meta }).replaceAll("<b>&#8203;</b>", ""), encoding),
    expected: { ...expectationOf(language, stories[language]), furniture: ["Navigation", "tracked"] },
  }
}

const pages: CorpusFile[] = [
  html("pl", "iso-8859-2", '<meta charset="iso-8859-2">'),
  html("ja", "shift_jis", '<meta http-equiv="Content-Type" content="text/html; charset=Shift_JIS">'),
  html("zh", "gbk", '<meta charset="gb2312">'),
  html("ar", "utf-8", '<meta charset="utf-8">'),
]

function mail(name: string, language: Language, part: { type: string; body: Buffer }): CorpusFile {
  const { title, paragraphs } = stories[language]
  const subject = `=?UTF-8?B?${Buffer.from(title).toString("base64")}?=`
  const head = `From: Nora <nora@example.com>\r\nTo: Ole <ole@example.com>\r\nSubject: ${subject}\r\nMIME-Version: 1.0`
  const body = part.body.toString("base64").replace(/.{76}/g, "$&\r\n")
  return {
    name,
    make: () =>
      Buffer.from(`${head}\r\nContent-Type: ${part.type}\r\nContent-Transfer-Encoding: base64\r\n\r\n${body}\r\n`),
    expected: { ...expectationOf(language, stories[language]), texts: [title, "Nora", "Ole", ...paragraphs] },
  }
}

const mails: CorpusFile[] = [
  mail("mail-fr-iso-8859-15.eml", "fr", {
    type: "text/plain; charset=windows-1252",
    body: Buffer.from(encodeText(stories.fr.paragraphs.join("\r\n\r\n"), "windows-1252")),
  }),
  mail("mail-ja-euc-jp.eml", "ja", {
    type: "text/plain; charset=euc-jp",
    body: Buffer.from(encodeText(stories.ja.paragraphs.join("\r\n\r\n"), "euc-jp")),
  }),
  mail("mail-el-html.eml", "el", {
    type: "text/html; charset=utf-8",
    body: Buffer.from(stories.el.paragraphs.map((paragraph) => `<p>${paragraph}</p>`).join("")),
  }),
]

function markdown(language: Language): CorpusFile {
  const { title, paragraphs } = stories[language]
  const [first, ...rest] = paragraphs
  return {
    name: `story-${language}.md`,
    make: () => Buffer.from(`# ${title}\n\n> ${first}\n\n${rest.join("\n\n")}\n\n- [ ] \`code\`\n`),
    expected: { ...expectationOf(language, stories[language]), furniture: ["- [ ]"] },
  }
}

const logLine = (at: number) =>
  `2026-03-${String((at % 28) + 1).padStart(2, "0")}T08:00:00Z INFO gauge=${at} level=${at * 3}`

const others: CorpusFile[] = [
  {
    name: "outline.md",
    make: () => Buffer.from(`# Plan\n\n## Budget\n\n$5 million by [May 3, 2027](https://example.com/plan).\n`),
    expected: {
      title: "Plan",
      outline: [
        { text: "Plan", level: 1, page: 1 },
        { text: "Budget", level: 2, page: 1 },
      ],
      dates: [{ date: "2027-05-03", text: "May 3, 2027", page: 1 }],
      amounts: [{ currency: "USD", value: 5_000_000, text: "$5 million", page: 1 }],
      links: [{ url: "https://example.com/plan", page: 1 }],
    },
  },
  markdown("nl"),
  markdown("ko"),
  { name: "README", make: () => Buffer.from(textOf(stories.en)), expected: expectationOf("en", stories.en) },
  {
    name: "gauges.log",
    make: () => Buffer.from(Array.from({ length: 120 }, (_, at) => logLine(at)).join("\n")),
    expected: { language: null, texts: [logLine(0), logLine(119)], hasSummary: false },
  },
  {
    name: "story-sv.json",
    make: () => Buffer.from(JSON.stringify({ heading: stories.sv.title, text: stories.sv.paragraphs }, null, 2)),
    expected: { language: "sv", texts: [stories.sv.title, stories.sv.paragraphs[1]] },
  },
  {
    name: "story-uk-windows-1251.xml",
    make: () =>
      encodeText(
        `<?xml version="1.0" encoding="windows-1251"?>\n<story>\n<title>${stories.uk.title}</title>\n${stories.uk.paragraphs.map((paragraph) => `<p>\n${paragraph}\n</p>`).join("\n")}\n</story>`,
        "windows-1251",
      ),
    expected: { language: "uk", texts: [stories.uk.title, ...stories.uk.paragraphs], hasSummary: true },
  },
  {
    name: "story-es.rst",
    make: () => Buffer.from(`${stories.es.title}\n${"=".repeat(26)}\n\n${stories.es.paragraphs.join("\n\n")}\n`),
    expected: expectationOf("es", stories.es),
  },
  {
    name: "stations-fr-windows-1252.csv",
    make: () =>
      encodeText(
        `Station;Hauteur;État\nChâteau;3,5;fermé\nÉglise;4,0;fermé\n${"Forêt;1,2;ouvert\n".repeat(20)}`,
        "windows-1252",
      ),
    expected: { texts: ["Château;3,5;fermé", "Église;4,0;fermé"], hasSummary: false },
  },
  {
    name: "stations-ja.csv",
    make: () => Buffer.from(`${byteOrderMark}駅,高さ,状態\n東京,3.5,閉鎖\n京都,4.0,開放\n`),
    expected: { texts: ["東京,3.5,閉鎖"], hasSummary: false },
  },
  { name: "empty.txt", make: () => Buffer.from("\r\n \r\n"), expected: { errorCode: "EMPTY" } },
]

export const textFiles: readonly CorpusFile[] = [...texts, ...pages, ...mails, ...others]
