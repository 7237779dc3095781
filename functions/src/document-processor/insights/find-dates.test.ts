// Finds dates in the forms of several languages, and no other numbers.
import { expect, test } from "vitest"
import { findDates } from "./find-dates.ts"

test.each([
  ["2026-11-26", "2026-11-26"],
  ["2026/11/26", "2026-11-26"],
  ["2026年11月26日", "2026-11-26"],
  ["26.11.2026", "2026-11-26"],
  ["1. 2. 2026", "2026-02-01"],
  ["26/11/2026", "2026-11-26"],
  ["11/26/2026", "2026-11-26"],
  ["5/5/2026", "2026-05-05"],
  ["November 26, 2026", "2026-11-26"],
  ["Nov. 26, 2026", "2026-11-26"],
  ["26 November 2026", "2026-11-26"],
  ["26th of November 2026", "2026-11-26"],
  ["3. März 2025", "2025-03-03"],
  ["1er août 2026", "2026-08-01"],
  ["3 févr. 2025", "2025-02-03"],
  ["26 de noviembre de 2026", "2026-11-26"],
  ["26 listopada 2026", "2026-11-26"],
  ["29 February 2024", "2024-02-29"],
])("finds %s", (text, date) => {
  expect([...findDates(text)]).toEqual([{ date, text }])
  expect([...findDates(`(am ${text}).`)]).toEqual([{ date, text }])
})

test("finds a date before its time, in a range, and broken over two lines", () => {
  const dates = (text: string) => [...findDates(text)].map(({ date }) => date)
  expect(dates("2026-11-26T08:00:00Z")).toEqual(["2026-11-26"])
  expect(dates("26.11.2026-28.11.2026")).toEqual(["2026-11-26", "2026-11-28"])
  expect(dates("24.–26.11.2026")).toEqual(["2026-11-26"])
  expect([...findDates("26\nNovember 2026")]).toEqual([{ date: "2026-11-26", text: "26 November 2026" }])
})

test.each([
  "11/12/2026",
  "30.02.2026",
  "2026-02-30",
  "29 February 2023",
  "31/04/2026",
  "version 1.2.2026",
  "v1.2.2026",
  "1.2.2026.4",
  "10.1.2.2026",
  "192.168.2026.1",
  "555-2026-11-26",
  "2026-11-26-1",
  "0049 171 2026",
  "https://example.com/2026/11/26/news",
  "a2026-11-26b",
  "20261126",
  "May 2026",
  "12 monkeys 2026",
  "1.2.99",
])("finds no date in %s", (text) => {
  expect([...findDates(text)]).toEqual([])
})
