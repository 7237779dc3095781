// Renders the page on the first port when the template has no site: stages and outputs with their local addresses.

type Stage = { logicalId: string; stageName: string; url: string }

export function overviewPage(outputs: Readonly<Record<string, string>>, stages: readonly Stage[]): string {
  const urls = stages.map(({ logicalId, stageName, url }) => [`${logicalId} ${stageName}`, url] as const)
  const rows = [...urls, ...Object.entries(outputs)].map(
    ([name, value]) => `<tr><th scope="row">${escapeHtml(name)}</th><td><code>${escapeHtml(value)}</code></td></tr>`,
  )
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>Served here</title>
<style>
:root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif }
body { max-width: 48rem; margin: 4rem auto; padding: 0 1.5rem }
table { border-collapse: collapse; width: 100% }
th, td { text-align: left; padding: .5rem 1rem .5rem 0; border-bottom: 1px solid color-mix(in srgb, currentColor 15%, transparent) }
th { font-weight: 500; white-space: nowrap }
code { overflow-wrap: anywhere }
</style>
<h1>Served here</h1>
<table>${rows.join("")}</table>
</html>
`
}

function escapeHtml(text: string): string {
  return text.replace(/[&<>"]/g, (character) => `&#${character.charCodeAt(0)};`)
}
