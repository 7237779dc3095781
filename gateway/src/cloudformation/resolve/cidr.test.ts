// How Fn::Cidr divides address blocks.
import { expect, test } from "vitest"
import { splitCidr } from "./cidr.ts"

test.each([
  ["10.0.0.0/16", 2, 8, ["10.0.0.0/24", "10.0.1.0/24"]],
  ["10.0.0.0/24", 256, 0, undefined],
  ["10.0.0.0/24", 1, 8, ["10.0.0.0/24"]],
  ["10.0.0.0/24", 2, 8, undefined],
  ["10.0.0.77/24", 2, 7, ["10.0.0.0/25", "10.0.0.128/25"]],
  ["10.0.255.0/16", 2, 8, ["10.0.0.0/24", "10.0.1.0/24"]],
  ["255.255.255.255/32", 1, 1, undefined],
  ["255.255.255.254/31", 1, 1, ["255.255.255.254/31"]],
  ["0.0.0.0/0", 1, 32, ["0.0.0.0/0"]],
  ["0.0.0.0/0", 1, 33, undefined],
  ["10.0.0.0/8", 256, 16, Array.from({ length: 256 }, (_, index) => `10.${index}.0.0/16`)],
  ["10.0.0.0/8", 257, 8, undefined],
  ["10.0.0.0/8", 0, 8, undefined],
  ["10.0.0.0/8", 1.5, 8, undefined],
  ["10.0.0.0/8", 1, 8.5, undefined],
  ["256.0.0.0/8", 1, 8, undefined],
  ["10.0.0.256/8", 1, 8, undefined],
  ["10.0.0.0/33", 1, 8, undefined],
  ["2001:db8::/32", 1, 64, undefined],
])("%s into %i blocks of %i bits yields %j", (block, count, hostBits, expected) => {
  expect(splitCidr(block, count, hostBits)).toEqual(expected)
})
