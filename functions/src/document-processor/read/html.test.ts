// Extracts the text of HTML, whole and broken.
import { expect, test } from "vitest"
import { openHtml } from "./html.ts"

async function read(html: string) {
  const document = await openHtml(html)
  return { title: document.title, text: [...document.pages()].join("") }
}

test.each([
  ["collapses white space", " a \n\t b\n<b> c</b>d ", "a b cd"],
  ["breaks lines at blocks", "<div>a</div><p>b<p>c", "a\n\nb\n\nc"],
  ["breaks lines at line breaks", "a<br>b<br/><br>c", "a\nb\n\nc"],
  ["decodes entities", "a&nbsp;&lt;b&gt; &eacute;&#x1f600;", "a <b> é😀"],
  ["skips an element that its parent closes", "<div><nav>menu</div>text", "text"],
  ["skips an element to the end when nothing closes it", "<nav>menu", ""],
  ["reads on after an end tag without a start tag", "a</nav></div>b", "ab"],
  ["ends an unclosed head at the body", "<head><meta><body>text", "text"],
  ["reads on after SVG with a style", "<svg><style/><title>icon</title></svg>text", "text"],
  ["takes no markup for text in scripts", "<script>if (a < b) '</p>'</script>text", "text"],
])("%s", async (_, html, text) => {
  expect((await read(html)).text).toBe(text)
})

test("returns the title of the page and not of an image in it", async () => {
  const { title, text } = await read("<title>The\n page</title><svg><title>Icon</title></svg>text")
  expect({ title, text }).toEqual({ title: "The page", text: "text" })
})

test("reads the text of elements that are nested ten thousand deep", async () => {
  expect((await read(`${"<div>".repeat(10_000)}text${"</div>".repeat(10_000)}after`)).text).toBe("text\n\nafter")
})
