import { expect, test } from "vitest"
import { overviewPage } from "./overview-page.ts"

test("every stage and every output is a row of the page, with HTML in it escaped", () => {
  const page = overviewPage({ SiteUrl: "http://localhost:4000", "<b>": `a & "b"` }, [
    { logicalId: "Chat", stageName: "dev", url: "ws://localhost:4001/dev" },
  ])
  expect(page).toContain('<tr><th scope="row">Chat dev</th><td><code>ws://localhost:4001/dev</code></td></tr>')
  expect(page).toMatch(/^<!doctype html>/)
  expect(page).toContain('<tr><th scope="row">SiteUrl</th><td><code>http://localhost:4000</code></td></tr>')
  expect(page).toContain("&#60;b&#62;")
  expect(page).toContain("a &#38; &#34;b&#34;")
  expect(page).not.toContain("<b>")
  expect(page).toContain("</tr><tr>")
})
