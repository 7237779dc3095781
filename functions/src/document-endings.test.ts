// Tests of how documents end when something fails, with the deployed values: what a watcher sees, and after how long.
import { afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest"
import { synthesized } from "../../infrastructure/test/synthesized.ts"
import { textOf } from "../test/make-documents.ts"
import { type DeployedValues, startSimulatedSystem } from "../test/simulated-system.ts"

let deployed: DeployedValues
let system: Awaited<ReturnType<typeof startSimulatedSystem>>

beforeAll(() => {
  deployed = deployedValues()
})
beforeEach(async () => {
  system = await startSimulatedSystem(deployed)
})
afterEach(() => system.close())

function deployedValues(): DeployedValues {
  const app = synthesized("prod")
  const queue = (id: string) => app.one("storage", "AWS::SQS::Queue", id).Properties
  const processor = app.one("document-processing", "AWS::Lambda::Function", "DocumentProcessor").Properties
  const variables = processor.Environment.Variables
  return {
    processorTimeoutSeconds: processor.Timeout,
    uploadVisibilitySeconds: queue("UploadQueue").VisibilityTimeout,
    watchdogVisibilitySeconds: queue("UploadDeadLetterQueue").VisibilityTimeout,
    maxReceiveCount: queue("UploadQueue").RedrivePolicy.maxReceiveCount,
    deadlineMaxReceiveCount: queue("UploadDeadlineQueue").RedrivePolicy.maxReceiveCount,
    maxAttempts: Number(variables.MAX_ATTEMPTS),
    maxContinuations: Number(variables.MAX_CONTINUATIONS),
    claimSeconds: Number(variables.CLAIM_SECONDS),
  }
}

/** Not for longer: without the store, the watchdog tries again and again to look for the uploaded file. */
function failStoreForMinutes(minutes: number): void {
  const start = system.clock.now()
  system.faults.failsStore = () => system.clock.now() - start < minutes * 60_000
}

const file = textOf(["One.", "Two.", "Three."])
const reading = ["0 s: processing_started", "20 s: progress 1", "40 s: progress 2", "60 s: progress 3"]

test("without a fault, a document is read in one attempt", async () => {
  await system.upload(await system.createDocument(), file)
  await system.run()
  expect(system.story()).toEqual([...reading, "60 s: processing_complete"])
})

test("a processor that is killed at page 2 is replaced within 90 seconds", async () => {
  system.faults.kill = { page: 2, times: 1 }
  await system.upload(await system.createDocument(), file)
  await system.run()
  expect(system.story()).toEqual([
    ...["0 s: processing_started", "20 s: progress 1"],
    ...["120 s: processing_started", "140 s: progress 1", "160 s: progress 2", "180 s: progress 3"],
    "180 s: processing_complete",
  ])
})

test("a document that kills its processor at page 2 ends after three attempts, within six minutes", async () => {
  system.faults.kill = { page: 2, times: 3 }
  await system.upload(await system.createDocument(), file)
  await system.run()
  expect(system.story()).toEqual([
    ...["0 s: processing_started", "20 s: progress 1"],
    ...["120 s: processing_started", "140 s: progress 1"],
    ...["240 s: processing_started", "260 s: progress 1"],
    "360 s: error PROCESSING_FAILED",
  ])
  expect(system.invocations()).toBe(4)
})

test("a third receive that Lambda throttles is not an attempt: the fourth reads the document", async () => {
  system.faults.kill = { page: 1, times: 2 }
  system.faults.throttlesReceive = (receiveCount) => receiveCount === 3
  await system.upload(await system.createDocument(), file)
  await system.run()
  // A throttled message is hidden for the queue's visibility timeout, which no code can shorten.
  expect(system.story()).toEqual([
    ...["0 s: processing_started", "90 s: processing_started"],
    ...["540 s: processing_started", "560 s: progress 1", "580 s: progress 2", "600 s: progress 3"],
    "600 s: processing_complete",
  ])
})

test("a document that was never tried, because every receive was throttled, is ended by the watchdog", async () => {
  system.faults.throttlesReceive = () => true
  await system.upload(await system.createDocument(), file)
  await system.run()
  expect(system.story()).toEqual(["3600 s: error PROCESSING_FAILED"])
  expect(system.invocations()).toBe(0)
})

test("a table that throttles the progress delays nothing: only the steps are missing", async () => {
  system.faults.throttlesTable = (operation) => operation === "record" && system.clock.now() - start < 55_000
  const start = system.clock.now()
  await system.upload(await system.createDocument(), file)
  await system.run()
  expect(system.story()).toEqual(["0 s: processing_started", "60 s: progress 3", "60 s: processing_complete"])
})

test("a table that throttles everything for five minutes delays the attempt, and costs none", async () => {
  const documentId = await system.createDocument()
  const start = system.clock.now()
  system.faults.throttlesTable = () => system.clock.now() - start < 300_000
  await system.upload(documentId, file)
  await system.run()
  expect(system.story()).toEqual([
    ...["390 s: processing_started", "410 s: progress 1", "430 s: progress 2", "450 s: progress 3"],
    "450 s: processing_complete",
  ])
})

test("a table that throttles the end is written to again after 90 seconds", async () => {
  const start = system.clock.now()
  const isThrottled = () => system.clock.now() - start >= 60_000 && system.clock.now() - start < 65_000
  system.faults.throttlesTable = (operation) => operation === "record" && isThrottled()
  await system.upload(await system.createDocument(), file)
  await system.run()
  expect(system.story()).toEqual([
    ...["0 s: processing_started", "20 s: progress 1", "40 s: progress 2"],
    ...["150 s: processing_started", "170 s: progress 1", "190 s: progress 2", "210 s: progress 3"],
    "210 s: processing_complete",
  ])
})

test("a failed attempt is retried within the two minutes that its message promises", async () => {
  const start = system.clock.now()
  system.faults.failsStore = () => system.clock.now() - start < 80_000
  await system.upload(await system.createDocument(), file)
  await system.run()
  const failed = (seconds: number) => [
    `${seconds} s: processing_started`,
    `${seconds} s: error PROCESSING_FAILED, to be retried`,
  ]
  expect(system.story()).toEqual([
    ...failed(0),
    ...failed(30),
    ...["90 s: processing_started", "110 s: progress 1", "130 s: progress 2", "150 s: progress 3"],
    "150 s: processing_complete",
  ])
  expect(system.seen[1]?.message).toContain("within two minutes")
})

test("a document whose attempts all fail ends with the third, after 90 seconds", async () => {
  failStoreForMinutes(5)
  await system.upload(await system.createDocument(), file)
  await system.run()
  expect(system.story().at(-1)).toBe("90 s: error PROCESSING_FAILED")
  expect(system.invocations()).toBe(3)
})

test("a missing object ends its document at once", async () => {
  const documentId = await system.createDocument()
  await system.upload(documentId, file)
  system.objects.clear()
  await system.run()
  expect(system.story()).toEqual(["0 s: processing_started", "0 s: error PROCESSING_FAILED"])
  expect(system.ends()[0]?.message).toBe("The uploaded file is no longer available. Upload it again.")
})

test("a document that is deleted before its upload arrives ends at once, and leaves no object behind", async () => {
  const documentId = await system.createDocument()
  await system.deleteDocument(documentId)
  await system.upload(documentId, file)
  await system.run()
  expect(system.story()).toEqual(["0 s: error DOCUMENT_NOT_FOUND"])
  expect(system.objects.size).toBe(0)
})

test("a document that is deleted while its upload arrives ends at once, and leaves no object behind", async () => {
  const documentId = await system.createDocument()
  // The upload arrives and is processed between the steps of the deletion.
  system.faults.beforePush = async () => {
    delete system.faults.beforePush
    await system.upload(documentId, file)
    await system.run(0)
  }
  await system.deleteDocument(documentId)
  await system.run()
  expect(system.story()).toEqual(["0 s: error DOCUMENT_NOT_FOUND"])
  expect(system.objects.size).toBe(0)
})

test("a document that is deleted while it is read ends at once, and leaves no object behind", async () => {
  const documentId = await system.createDocument()
  system.faults.beforePage = { page: 2, act: () => system.deleteDocument(documentId) }
  await system.upload(documentId, file)
  await system.run()
  expect(system.story()).toEqual([...["0 s: processing_started", "20 s: progress 1"], "40 s: error DOCUMENT_NOT_FOUND"])
  expect(system.objects.size).toBe(0)
  expect(system.invocations()).toBe(1)
})

test("an end survives @connections that fail for two minutes, and reaches the watcher within two minutes after", async () => {
  const start = system.clock.now()
  system.faults.pushStatus = () => (system.clock.now() - start < 120_000 ? 503 : 200)
  await system.upload(await system.createDocument(), file)
  await system.run()
  expect(system.ends()).toMatchObject([{ status: "processing_complete" }])
  expect(system.ends()[0]?.afterSeconds).toBeGreaterThanOrEqual(120)
  expect(system.ends()[0]?.afterSeconds).toBeLessThan(240)
})

test("an end survives @connections that fail for longer than the upload queue keeps its message", async () => {
  const start = system.clock.now()
  system.faults.pushStatus = () => (system.clock.now() - start < 20 * 60_000 ? 503 : 200)
  await system.upload(await system.createDocument(), file)
  await system.run()
  expect(system.ends()).toMatchObject([{ status: "processing_complete" }])
  expect(system.ends()[0]?.afterSeconds).toBeLessThan(20 * 60 + 70)
  expect(system.deadLetters.length).toBe(0)
})

test("a message in the dead-letter queue whose document cannot be ended stays there until it can", async () => {
  const documentId = await system.createDocument()
  const start = system.clock.now()
  system.faults.throttlesReceive = () => true
  system.faults.throttlesTable = () => system.clock.now() - start < 2 * 3_600_000
  await system.upload(documentId, file)
  await system.run()
  expect(system.story()).toEqual(["7200 s: error PROCESSING_FAILED"])
  expect(system.deadLetters.length).toBe(0)
})

test("a document whose upload never arrives ends five minutes after its URL has expired", async () => {
  await system.createDocument()
  await system.run()
  expect(system.story()).toEqual(["1200 s: error TIMED_OUT"])
  expect(system.ends()[0]?.message).toBe("The file was not uploaded in time. Upload it again.")
})

test("a document that was uploaded in time does not end by its deadline", async () => {
  const documentId = await system.createDocument()
  system.clock.advance(19 * 60_000)
  await system.upload(documentId, file)
  await system.run()
  expect(system.ends()).toMatchObject([{ status: "processing_complete" }])
})

describe("with max_receive_count=1", () => {
  beforeEach(async () => {
    await system.close()
    system = await startSimulatedSystem({ ...deployed, maxReceiveCount: 1 })
  })

  test("a document that can be read is read", async () => {
    await system.upload(await system.createDocument(), file)
    await system.run()
    expect(system.story()).toEqual([...reading, "60 s: processing_complete"])
  })

  test("a failed attempt is final at once, and no retry is promised", async () => {
    failStoreForMinutes(5)
    await system.upload(await system.createDocument(), file)
    await system.run()
    expect(system.story()).toEqual(["0 s: processing_started", "0 s: error PROCESSING_FAILED"])
  })

  test("a killed attempt is ended by the watchdog after 90 seconds", async () => {
    system.faults.kill = { page: 1, times: 1 }
    await system.upload(await system.createDocument(), file)
    await system.run()
    expect(system.story()).toEqual(["0 s: processing_started", "90 s: error PROCESSING_FAILED"])
  })
})
