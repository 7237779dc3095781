// Compares gateway/docs/not-served.md with the resources that the gateway reports as not served.
import { readFileSync } from "node:fs"
import { join } from "node:path"
import { expect, test } from "vitest"

const gateway = join(import.meta.dirname, "..", "..", "gateway")

test("lists every kind of resource that is reported as not served, and no other", () => {
  const source = readFileSync(join(gateway, "src", "cloudformation", "resources", "unserved-resources.ts"), "utf8")
  const reported = [...source.matchAll(/\["(AWS::[\w:]+)", "/g)].map(([, type]) => type)
  expect(reported.length).toBeGreaterThan(10)
  const page = readFileSync(join(gateway, "docs", "not-served.md"), "utf8")
  const [, kinds = ""] = /## Kinds of resources\n([\s\S]*?)\n## /.exec(page) ?? []
  const listed = [...kinds.matchAll(/`(AWS::[\w:]+)`/g)].map(([, type]) => type)
  // Reported by a condition of its own.
  expect(listed.toSorted()).toEqual([...reported, "AWS::CloudFormation::CustomResource"].toSorted())
})
