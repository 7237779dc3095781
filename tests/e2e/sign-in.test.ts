// The system with sign-in: two users in two browsers, shared links, the end of a session, and attacks on its tickets.
import { join } from "node:path"
import { parseServerMessage } from "@document-insight/protocol"
import type { Page } from "playwright-core"
import { describe, expect, test } from "vitest"
import { accessibilityProblems } from "../testing/accessibility.ts"
import { openPage, useSharedPage } from "../testing/browser.ts"
import { useCommand } from "../testing/command.ts"

const sample = join(import.meta.dirname, "..", "..", "samples", "meeting-notes.docx")

const system = useCommand("scripts/start.ts", ["--json", "--port", "0", "--context", "sign_in=cognito"])
// The tests are one story of this page.
const shared = useSharedPage({ reducedMotion: "reduce" })

async function signIn(page: Page, name: string): Promise<void> {
  await page.getByRole("button", { name: "Sign in" }).click()
  await page.getByRole("button", { name }).click()
  await page.locator('[data-testid="connection-state"][data-state="live"]').waitFor()
}

const complete = '[data-testid="document"][data-status="processing_complete"]'
const failed = '[data-testid="document"][data-phase="failed"]'

async function upload(page: Page): Promise<void> {
  await page.locator("input[type=file]").setInputFiles(sample)
  await page.locator(`${complete}[data-expanded]`).waitFor()
}

test("two users see only their own documents, and those whose link they were given until it is revoked", async () => {
  const { outputs } = system.ready
  const webUrl = outputs.WebUrl ?? ""
  const { page: alice, complaints } = await shared.get()
  await alice.goto(webUrl)
  await alice.getByRole("button", { name: "Sign in" }).waitFor()
  expect(await accessibilityProblems(alice)).toEqual([])
  await signIn(alice, "alice")
  expect(await alice.getByTestId("account").textContent()).toContain("alice")
  await upload(alice)
  const address = alice.url()

  const { page: bob } = await openPage(address, { reducedMotion: "reduce" })
  await signIn(bob, "bob")
  // The address is the one that was opened, although signing in led to another page.
  expect(bob.url()).toBe(address)
  await bob.locator(failed).getByText("was deleted or has expired").first().waitFor()
  await bob.goto(webUrl)
  await bob.locator('[data-testid="connection-state"][data-state="live"]').waitFor()
  expect(await bob.getByTestId("document").count()).toBe(0)

  await alice.getByRole("button", { name: "Share link to meeting-notes.docx" }).click()
  const link = await alice.getByLabel("Link to meeting-notes.docx").inputValue()
  expect(link.startsWith(`${address}#share=`)).toBe(true)
  expect(await accessibilityProblems(alice)).toEqual([])
  await bob.goto(link)
  await bob.locator(complete).waitFor()
  await bob.getByTestId("insights").waitFor()
  // The secret is neither in the address nor in the history, and only the owner can share.
  expect(bob.url()).toBe(address)
  expect(await bob.getByRole("button", { name: /^Share/ }).count()).toBe(0)

  await alice.getByRole("button", { name: "Revoke link to meeting-notes.docx" }).click()
  await alice.getByText("Link revoked").waitFor()
  await bob.reload()
  await bob.locator(failed).getByText("was deleted or has expired").first().waitFor()
  expect(complaints).toEqual([])
})

test("a session survives a reload, ends with sign-out, and leaves nothing for the next user of the browser", async () => {
  const { page, complaints } = await shared.get()
  await page.reload()
  await page.locator(complete).waitFor()
  await page.getByRole("button", { name: "Sign out" }).click()
  await page.getByRole("button", { name: "Sign in" }).waitFor()
  await signIn(page, "bob")
  expect(await page.getByTestId("document").count()).toBe(0)
  expect(complaints).toEqual([])
})

test("a session that was revoked says so, and the user can sign in again", async () => {
  const { outputs } = system.ready
  const { page } = await shared.get()
  const name = "document-insight/dev/session/refresh-token"
  const token = await page.evaluate((key) => sessionStorage.getItem(key), name)
  const clientId = new URLSearchParams({ token: token ?? "", client_id: await clientOf(outputs.WebUrl ?? "") })
  expect((await fetch(`${outputs.SignInUrl}/oauth2/revoke`, { method: "POST", body: clientId })).status).toBe(200)
  await page.reload()
  await page.getByText("Your session has ended. Sign in again.").waitFor()
  await page.getByRole("button", { name: "Sign in" }).click()
  // The hosted sign-in remembers the user, and asks for nothing.
  await page.locator('[data-testid="connection-state"][data-state="live"]').waitFor()
})

test("a sign-in that another page started is rejected (CSRF)", async () => {
  const { outputs } = system.ready
  const { page } = await shared.get()
  await page.getByRole("button", { name: "Sign out" }).click()
  await page.getByRole("button", { name: "Sign in" }).waitFor()
  await page.goto(`${outputs.WebUrl}/?code=stolen&state=foreign`)
  await page.getByText("The sign-in was not started in this tab. Try again.").waitFor()
  expect(page.url()).toBe(`${outputs.WebUrl}/`)
})

// Last, because they end the system.
describe("attacks on the running system", () => {
  test("fail: a ticket that is missing, used, truncated or foreign, and a token that is missing or not for the API", async () => {
    const { command } = system
    const { outputs, user } = system.ready
    const outputBefore = command.stdout().length
    const createTicket = (token?: string) =>
      fetch(`${outputs.ApiEndpoint}/tickets`, {
        method: "POST",
        headers: token === undefined ? {} : { authorization: `Bearer ${token}` },
      })
    expect((await createTicket()).status).toBe(401)
    expect((await createTicket(`${user.accessToken.slice(0, -2)}AA`)).status).toBe(401)
    expect((await createTicket(user.idToken)).status).toBe(403)
    const response = await createTicket(user.accessToken)
    expect(response.status).toBe(201)
    const { ticket } = (await response.json()) as { ticket: string }
    expect(ticket).toMatch(/^[\w-]{22}$/)

    const url = outputs.WebSocketApiUrl ?? ""
    expect(await connect(url)).toBe("rejected")
    expect(await connect(`${url}?ticket=`)).toBe("rejected")
    expect(await connect(`${url}?ticket=${ticket.slice(0, -1)}`)).toBe("rejected")
    expect(await connect(`${url}?ticket=${"A".repeat(22)}`)).toBe("rejected")
    expect(await connect(`${url}?ticket=${user.accessToken}`)).toBe("rejected")
    const outcomes = await Promise.all([connect(`${url}?ticket=${ticket}`), connect(`${url}?ticket=${ticket}`)])
    expect(outcomes.toSorted()).toEqual(["DOCUMENT_NOT_FOUND", "rejected"])
    expect(await connect(`${url}?ticket=${ticket}`)).toBe("rejected")

    // Everything that the stage and the functions logged is in the output, and the ticket is not.
    command.kill("SIGTERM")
    await command.exitCode
    const output = command.stdout().slice(outputBefore)
    expect(output).toContain("ticket accepted")
    expect(output).toContain("ticket rejected")
    expect(output).toContain('\\"CONNECT\\"')
    expect(output).not.toContain(ticket)
    expect(command.stderr()).not.toContain(ticket)
  })
})

async function clientOf(webUrl: string): Promise<string> {
  const config = (await (await fetch(`${webUrl}/config.json`)).json()) as { signIn: { clientId: string } }
  return config.signIn.clientId
}

/** The response to a message about a document that does not exist, or "rejected" when the handshake is. */
function connect(url: string): Promise<string> {
  return new Promise((resolve) => {
    const socket = new WebSocket(url)
    socket.addEventListener("open", () => socket.send(JSON.stringify({ action: "progress", documentId: "none" })))
    socket.addEventListener("error", () => resolve("rejected"))
    socket.addEventListener("message", ({ data }) => {
      const message = parseServerMessage(String(data))
      resolve(message !== undefined && "errorCode" in message ? String(message.errorCode) : String(data))
      socket.close()
    })
  })
}
