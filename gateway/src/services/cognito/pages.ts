// Renders the sign-in page and the error page of a local user pool.

export type LoginPage = {
  clientName: string
  names: readonly string[]
  /** The form's target: /login with the parameters of the authorization request. */
  action: string
  csrfToken: string
}

export function loginPage({ clientName, names, action, csrfToken }: LoginPage): string {
  const buttons = names.map(
    (name) => `<li><button name="username" value="${escapeHtml(name)}">${escapeHtml(name)}</button></li>`,
  )
  return page(
    "Sign in",
    `<p>Choose the user who signs in to <strong>${escapeHtml(clientName)}</strong>.</p>
<form method="post" action="${escapeHtml(action)}">
<input type="hidden" name="_csrf" value="${escapeHtml(csrfToken)}">
<ul>${buttons.join("")}</ul>
</form>
<p class="note">This page stands in for Amazon Cognito on this machine. Local users have no passwords.</p>`,
  )
}

export function errorPage(title: string, explanation: string): string {
  return page(title, `<p>${escapeHtml(explanation)}</p>`)
}

function page(title: string, content: string): string {
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(title)}</title>
<style>
:root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif }
body { display: grid; place-items: center; min-height: 100vh; margin: 0; background: light-dark(#f3f4f6, #14161a) }
main { box-sizing: border-box; width: min(24rem, 100vw - 2rem); padding: 2rem; border-radius: .75rem;
  background: light-dark(#fff, #1f2228); box-shadow: 0 1px 8px #0002 }
h1 { margin: 0 0 .5rem; font-size: 1.5rem }
ul { margin: 1.5rem 0; padding: 0; list-style: none; display: grid; gap: .5rem }
button { width: 100%; padding: .75rem 1rem; font: inherit; font-weight: 500; text-align: left; cursor: pointer;
  color: inherit; background: light-dark(#f3f4f6, #2a2e36); border: 1px solid light-dark(#7b8190, #7b8190); border-radius: .5rem }
button:hover { background: light-dark(#e5e7eb, #353a44) }
button:focus-visible { outline: 3px solid light-dark(#1d4ed8, #93c5fd); outline-offset: 2px }
.note { margin: 0; font-size: .875rem; color: light-dark(#4b5563, #b0b6c3) }
</style>
<main>
<h1>${escapeHtml(title)}</h1>
${content}
</main>
</html>
`
}

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`)
}
