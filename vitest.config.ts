import { mkdtempSync, rmSync } from "node:fs"
import { availableParallelism, tmpdir } from "node:os"
import { join } from "node:path"
import { configDefaults, defineConfig } from "vitest/config"

// What the tests create in the temporary folder is removed at the end of the run, also what killed processes leave there.
const temporary = mkdtempSync(join(tmpdir(), "tests-"))
process.once("exit", () => rmSync(temporary, { recursive: true, force: true, maxRetries: 3 }))
// biome-ignore lint/style/noProcessEnv: the workers and their child processes inherit it
for (const name of ["TMPDIR", "TEMP", "TMP"]) process.env[name] = temporary

// Halves the time that processes take to load, as scripts/run.mjs does for the commands.
// biome-ignore lint/style/noProcessEnv: the workers and their child processes inherit it
process.env.NODE_COMPILE_CACHE ??= join(import.meta.dirname, "node_modules", ".cache", "node")

// `npm run contract:package` runs the contract cases against an installed package instead of the sources.
// biome-ignore lint/style/noProcessEnv: set by scripts/contract-on-package.ts
const installed = process.env.GATEWAY_PACKAGE
const installedGateway =
  installed === undefined
    ? []
    : [
        { find: /^@document-insight\/gateway$/, replacement: join(installed, "src", "index.mjs") },
        { find: /^@document-insight\/gateway\/testing$/, replacement: join(installed, "testing", "index.mjs") },
      ]

/** Tests that run long to find what is rare: growing memory, late neighbours, other versions. */
const soak = "**/*.soak.test.ts"
const exclude = [...configDefaults.exclude, soak]

/**
 * Node.js runs the sources as they are, which saves their transformation. Unit has JSX, and with an installed package
 * contract replaces modules.
 */
const withoutVite = { viteModuleRunner: false, nodeLoader: false }

/** What a browser or a process shows arrives later on a busy machine than within the second of the default. */
const patient = { poll: { timeout: 20_000 } }

// One project per level of architecture.md's table: its folder decides the level of a test, and .soak in its name.
export default defineConfig({
  test: {
    // One more than cores, because many tests wait for processes, timers and the browser.
    maxWorkers: availableParallelism() + 1,
    projects: [
      {
        test: {
          name: "unit",
          include: [
            "{protocol,functions,infrastructure,gateway,client,web,samples,scripts}/**/*.test.{ts,tsx}",
            "tests/repository/**/*.test.ts",
            "tests/mutants/**/*.test.ts",
            "tests/delivery/**/*.test.ts",
            "tests/testing/**/*.test.ts",
          ],
          exclude,
          testTimeout: 20_000,
          // Several files synthesize before their tests, which takes half a minute on a busy machine.
          hookTimeout: 60_000,
          // Starting a process and loading the same modules for each file would take longer than most of the files.
          isolate: false,
        },
      },
      {
        resolve: { alias: installedGateway },
        test: {
          name: "contract",
          include: ["tests/contract/**/*.test.ts"],
          testTimeout: 20_000,
          // Loading the gateway and the SDK anew for each file would take longer than many of the files.
          isolate: false,
          ...(installed === undefined && { experimental: withoutVite }),
        },
      },
      {
        test: {
          name: "applications",
          include: ["tests/applications/**/*.test.ts"],
          testTimeout: 60_000,
          hookTimeout: 60_000,
          // Loading the gateway anew for each file would take longer than many of the files.
          isolate: false,
          experimental: withoutVite,
        },
      },
      {
        test: {
          name: "isolation",
          include: ["tests/isolation/**/*.test.ts"],
          exclude,
          maxConcurrency: 32,
          testTimeout: 60_000,
          hookTimeout: 60_000,
          // After all others, because it measures latency.
          sequence: { groupOrder: 1 },
        },
      },
      {
        test: {
          name: "e2e",
          include: ["tests/{e2e,kills}/**/*.test.ts"],
          exclude,
          testTimeout: 120_000,
          hookTimeout: 120_000,
          expect: patient,
          // Loading the gateway, the SDK and Playwright anew for each file would take longer than many of the files.
          isolate: false,
          experimental: withoutVite,
        },
      },
      {
        test: {
          name: "soak",
          include: [soak],
          testTimeout: 120_000,
          hookTimeout: 120_000,
          expect: patient,
          // The programs of two gateways.
          maxConcurrency: 32,
          // After all others, because it measures latency and memory.
          sequence: { groupOrder: 2 },
        },
      },
    ],
  },
})
