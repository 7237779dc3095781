// Writes a Vitest test that starts a gateway. It runs as it is, next to the folder `cdk.out`.

export const testLibrary = "@document-insight/gateway/testing"

export type TestFile = {
  title: string
  /** In addition to Vitest's. */
  imports: string[]
  /** The statements of the test, which use `gateway`. */
  lines: string[]
}

export function testFile({ title, imports, lines }: TestFile): string {
  return `${imports.join("\n")}
import { expect, test } from "vitest"

test(${JSON.stringify(title)}, async () => {
  await using gateway = await startGateway({ source: process.env.GATEWAY_SOURCE ?? "cdk.out" })
${lines.map((line) => `  ${line}`).join("\n")}
}, 60_000)
`
}
