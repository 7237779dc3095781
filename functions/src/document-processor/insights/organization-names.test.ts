// Which names of organizations are found in a text.
import { expect, test } from "vitest"
import { organizationNames } from "./organization-names.ts"

test.each([
  ["The offices of Harrow Council were open.", ["Harrow Council"]],
  ["He works at the Technical University of Graz.", ["Technical University of Graz"]],
  ["Nordsea Lines and Blue Peak Energy GmbH merged.", ["Nordsea Lines", "Blue Peak Energy GmbH"]],
  ["Oxford Ecology Ltd made the survey.", ["Oxford Ecology Ltd"]],
])("finds those of: %s", (text, names) => {
  expect(organizationNames(text)).toEqual(expect.arrayContaining(names))
})

test("finds an institution that is named by what it is for", () => {
  expect(organizationNames("The Ministry of Transport promised it.")).toEqual(["Ministry of Transport"])
  expect(organizationNames("The Institute for Urban Water measures it.")).toEqual(["Institute for Urban Water"])
})

test.each([
  "The Board met, and the Council agreed.",
  "Our School is open. The Annual Report is published in the Town Hall.",
  "THE SERVICE IS PROVIDED BY THE COMPANY AS IS.",
  "She asked the bank for service.",
])("finds none in: %s", (text) => {
  expect(organizationNames(text)).toEqual([])
})
