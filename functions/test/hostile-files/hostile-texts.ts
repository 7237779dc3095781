// Plain text, Markdown and HTML that repeat patterns which readers and analyses may take quadratic time for.
import { contentTypes, type HostileFile, type Outcome, repeated } from "./hostile-file.ts"

type Pattern = { pattern: string; prefix?: string; suffix?: string; outcome?: Outcome }

const plain: Pattern[] = [
  { pattern: "\f", outcome: "EMPTY" },
  { pattern: "\f", suffix: "a", outcome: "TOO_LARGE" },
  { pattern: "\f ", prefix: "a" },
  { pattern: "\f a", outcome: "TOO_LARGE" },
  { pattern: "\n", outcome: "EMPTY" },
  { pattern: "\n", suffix: "a" },
  { pattern: " ", suffix: "a" },
  { pattern: "a" },
  { pattern: "a " },
  { pattern: "a. " },
  { pattern: "A. " },
  { pattern: "a\n" },
  { pattern: "a-\n" },
  { pattern: "Dr. " },
  { pattern: "one. Two three four five six seven eight. " },
  { pattern: "." },
  { pattern: ".)" },
  { pattern: "page 1 of 2\n" },
  { pattern: "漢字" },
  { pattern: "ภาษาไทย" },
  { pattern: "a\u0301" },
  { pattern: "\u{1f469}\u200d" },
  { pattern: "Maria Keller of Leeds, Siemens and the European Union met. " },
]

const markdown: Pattern[] = [
  { prefix: "# a", pattern: "#" },
  { pattern: "# a####\n" },
  { pattern: "# " },
  { pattern: "[" },
  { pattern: "[a](" },
  { pattern: "[a](b) " },
  { pattern: "[a][" },
  { pattern: "[a](b\n" },
  { pattern: "](" },
  { pattern: "<!-- " },
  { pattern: "--> <!--" },
  { pattern: "*" },
  { pattern: "*a " },
  { pattern: "**a " },
  { pattern: "***a" },
  { pattern: "__a " },
  { pattern: "_" },
  { pattern: "`" },
  { pattern: "` " },
  { pattern: "`a``b```c" },
  { pattern: "```\n" },
  { prefix: "```\na\n", pattern: "``" },
  { pattern: "~~~ a\n" },
  { pattern: "|-" },
  { pattern: "|-|\n" },
  { pattern: "| a " },
  { pattern: "|a|\n", outcome: "complete" },
  { pattern: "> > a\n" },
  { prefix: "---\n", pattern: "a: b\n" },
  { pattern: "---\n", suffix: "a" },
  { pattern: "a\n" },
  { pattern: "\n", suffix: "a" },
  { pattern: " ", suffix: "a" },
  { pattern: "\r\n", suffix: "a" },
]

const html: Pattern[] = [
  { pattern: "<div>", suffix: "a" },
  { pattern: "<div>a" },
  { pattern: "<b>a" },
  { pattern: "</p>" },
  { pattern: "</div>", prefix: "<p>".repeat(1_000) },
  { pattern: "<a><b></a></b>" },
  { pattern: "<nav>" },
  { pattern: "<svg><title>" },
  { pattern: "<math><svg/>" },
  { pattern: "<form>" },
  { pattern: "<select><option>" },
  { pattern: "<table><tr><td>" },
  { pattern: "<br>" },
  { pattern: "<br>\n a" },
  { pattern: "<!--" },
  { pattern: "<?" },
  { pattern: "<![CDATA[" },
  { pattern: "<" },
  { pattern: "</" },
  { pattern: "<a " },
  { prefix: "<a", pattern: " b" },
  { prefix: '<a b="', pattern: "&amp;" },
  { pattern: "&" },
  { pattern: "&amp;" },
  { pattern: "&#1;" },
  { pattern: "&CounterClockwiseContourIntegra" },
  { prefix: "<title>", pattern: "a " },
  { prefix: "<script>", pattern: "</scrip" },
  { prefix: "<textarea>", pattern: "</textare" },
  { prefix: "<plaintext>", pattern: "<b>" },
  { pattern: " ", suffix: "\na" },
  { pattern: " \n", suffix: "a" },
  { prefix: "a", pattern: "\n ", suffix: "a" },
]

/** @param bytes the size of each file */
export function hostileTexts(bytes: number): HostileFile[] {
  const filesOf = (type: "text" | "markdown" | "html", patterns: readonly Pattern[]) =>
    patterns.map(({ prefix = "", pattern, suffix = "", outcome = "complete" }): HostileFile => {
      const file = [
        prefix && JSON.stringify(prefix.slice(0, 10)),
        JSON.stringify(pattern),
        suffix && JSON.stringify(suffix),
      ]
      return {
        name: `${type} ${file.filter(Boolean).join(" ")}`,
        contentType: contentTypes[type],
        outcomes: [outcome],
        make: () => Buffer.concat([Buffer.from(prefix), repeated(pattern, bytes), Buffer.from(suffix)]),
      }
    })
  return [...filesOf("text", plain), ...filesOf("markdown", markdown), ...filesOf("html", html)]
}
