// Keeps the objects of S3 in files. Keys are data: a file is named by a hash, so no key leads out of the folder.
import { createHash } from "node:crypto"
import {
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  readSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs"
import { dirname, join } from "node:path"
import type { buildApp } from "fauxqs"
import { dateOf } from "../../foundation/clock.ts"
import { unusableFile } from "../data-folder-error.ts"

type Stores = NonNullable<NonNullable<Parameters<typeof buildApp>[0]>["stores"]>
type S3Store = NonNullable<Stores["s3Store"]>
type Persistence = NonNullable<S3Store["persistence"]>
type StoredObject = Parameters<Persistence["upsertObject"]>[1]
type Upload = Parameters<Persistence["insertMultipartUpload"]>[0]
type Part = Parameters<Persistence["upsertMultipartPart"]>[1]
type CreationDate = Parameters<Persistence["insertBucket"]>[1]
type BucketType = Parameters<Persistence["insertBucket"]>[2]

type Serialized<Value, Dates extends keyof Value> = Omit<Value, Dates> & Record<Dates, string>
type BucketRecord = { name: string; creationDate: string; type: BucketType }

const UNFINISHED = ".unfinished"
const NEWLINE = 0x0a

/**
 * A file has one line of JSON and then the bytes of the object or part. It is written under another name, flushed to the
 * disk and renamed, so a process that is killed, and a machine without power, leave a whole file or none.
 */
export class ObjectFiles implements Persistence {
  readonly #buckets: string
  readonly #uploads: string

  constructor(folder: string) {
    this.#buckets = join(folder, "buckets")
    this.#uploads = join(folder, "uploads")
    mkdirSync(this.#buckets, { recursive: true })
    mkdirSync(this.#uploads, { recursive: true })
  }

  insertBucket(name: string, creationDate: CreationDate, type: BucketType): void {
    mkdirSync(join(this.#bucket(name), "objects"), { recursive: true })
    const record: BucketRecord = { name, creationDate: creationDate.toISOString(), type }
    writeRecord(join(this.#bucket(name), "bucket"), record)
  }

  deleteBucket(name: string): void {
    rmSync(this.#bucket(name), { recursive: true, force: true })
  }

  saveBucketLifecycleConfiguration(bucket: string, config: string): void {
    writeRecord(join(this.#bucket(bucket), "lifecycle"), { config })
  }

  deleteBucketLifecycleConfiguration(bucket: string): void {
    rmSync(join(this.#bucket(bucket), "lifecycle"), { force: true })
  }

  upsertObject(bucket: string, { body, ...object }: StoredObject): void {
    writeRecord(this.#object(bucket, object.key), object, body)
  }

  deleteObject(bucket: string, key: string): void {
    rmSync(this.#object(bucket, key), { force: true })
  }

  deleteObjectsByBucket(bucket: string): void {
    empty(join(this.#bucket(bucket), "objects"))
  }

  deleteAllObjects(): void {
    for (const folder of readdirSync(this.#buckets)) empty(join(this.#buckets, folder, "objects"))
  }

  renameObject(bucket: string, sourceKey: string, destKey: string): void {
    const { record, body } = readRecord<object>(this.#object(bucket, sourceKey))
    writeRecord(this.#object(bucket, destKey), { ...record, key: destKey }, body)
    if (sourceKey !== destKey) this.deleteObject(bucket, sourceKey)
  }

  readBody(bucket: string, key: string): Buffer {
    return readRecord(this.#object(bucket, key)).body
  }

  insertMultipartUpload({ parts: _parts, ...upload }: Upload): void {
    mkdirSync(join(this.#upload(upload.uploadId), "parts"), { recursive: true })
    writeRecord(join(this.#upload(upload.uploadId), "upload"), upload)
  }

  upsertMultipartPart(uploadId: string, { body, ...part }: Part): void {
    writeRecord(join(this.#upload(uploadId), "parts", hashOf(String(part.partNumber))), part, body)
  }

  deleteMultipartUpload(uploadId: string): void {
    rmSync(this.#upload(uploadId), { recursive: true, force: true })
  }

  completeMultipartUpload(uploadId: string, bucket: string, object: StoredObject): void {
    this.upsertObject(bucket, object)
    this.deleteMultipartUpload(uploadId)
  }

  deleteAllMultipartUploads(): void {
    empty(this.#uploads)
  }

  loadS3(store: S3Store): void {
    for (const folder of readdirSync(this.#buckets)) loadBucket(store, join(this.#buckets, folder))
    for (const folder of readdirSync(this.#uploads)) loadUpload(store, join(this.#uploads, folder))
  }

  purgeAll(): void {
    empty(this.#buckets)
    empty(this.#uploads)
  }

  close(): void {
    // Every file is closed as soon as it is written.
  }

  #bucket(name: string): string {
    return join(this.#buckets, hashOf(name))
  }

  #object(bucket: string, key: string): string {
    return join(this.#bucket(bucket), "objects", hashOf(key))
  }

  #upload(uploadId: string): string {
    return join(this.#uploads, hashOf(uploadId))
  }
}

// Bodies are read when they are asked for: memory holds only what describes the objects.
function loadBucket(store: S3Store, folder: string): void {
  if (!existsSync(join(folder, "bucket"))) return
  const { name, creationDate, type } = readHead<BucketRecord>(join(folder, "bucket"))
  store.createBucket(name, type)
  store.setBucketCreationDate(name, dateOf(creationDate))
  const lifecycle = join(folder, "lifecycle")
  if (existsSync(lifecycle)) {
    store.restoreBucketLifecycleConfiguration(name, readHead<{ config: string }>(lifecycle).config)
  }
  for (const file of finishedFiles(join(folder, "objects"))) {
    const object = readHead<Serialized<Omit<StoredObject, "body">, "lastModified">>(file)
    store.restoreObject(name, { ...object, lastModified: dateOf(object.lastModified), body: Buffer.alloc(0) })
  }
}

function loadUpload(store: S3Store, folder: string): void {
  if (!existsSync(join(folder, "upload"))) return
  const upload = readHead<Serialized<Omit<Upload, "parts">, "initiated">>(join(folder, "upload"))
  const parts = finishedFiles(join(folder, "parts")).map((file): [number, Part] => {
    const { record, body } = readRecord<Serialized<Omit<Part, "body">, "lastModified">>(file)
    return [record.partNumber, { ...record, lastModified: dateOf(record.lastModified), body }]
  })
  store.restoreMultipartUpload({ ...upload, initiated: dateOf(upload.initiated), parts: new Map(parts) })
}

function finishedFiles(folder: string): string[] {
  const files = readdirSync(folder).map((name) => join(folder, name))
  for (const file of files) if (file.endsWith(UNFINISHED)) rmSync(file)
  return files.filter((file) => !file.endsWith(UNFINISHED))
}

function writeRecord(file: string, record: object, body: Buffer = Buffer.alloc(0)): void {
  const unfinished = `${file}${UNFINISHED}`
  try {
    const descriptor = openSync(unfinished, "w", 0o600)
    try {
      writeFileSync(descriptor, `${JSON.stringify(record)}\n`)
      writeFileSync(descriptor, body)
      fsyncSync(descriptor)
    } finally {
      closeSync(descriptor)
    }
    renameSync(unfinished, file)
    flushFolder(dirname(file))
  } catch (error) {
    rmSync(unfinished, { force: true })
    throw error
  }
}

/** The new name of a file is kept by its folder. Windows has no such call, and keeps it without. */
function flushFolder(folder: string): void {
  if (process.platform === "win32") return
  const descriptor = openSync(folder, "r")
  try {
    fsyncSync(descriptor)
  } finally {
    closeSync(descriptor)
  }
}

function readRecord<Kept>(file: string): { record: Kept; body: Buffer } {
  const bytes = readFileSync(file)
  const end = bytes.indexOf(NEWLINE)
  return { record: parseHead(file, bytes.toString("utf8", 0, end)), body: bytes.subarray(end + 1) }
}

/** The JSON of a file, without reading the bytes behind it. */
function readHead<Kept>(file: string): Kept {
  const descriptor = openSync(file, "r")
  try {
    const chunks: Buffer[] = []
    for (;;) {
      const chunk = Buffer.alloc(16 * 1024)
      const read = chunk.subarray(0, readSync(descriptor, chunk))
      const end = read.indexOf(NEWLINE)
      chunks.push(end === -1 ? read : read.subarray(0, end))
      if (end !== -1 || read.length === 0) return parseHead(file, Buffer.concat(chunks).toString())
    }
  } finally {
    closeSync(descriptor)
  }
}

/** @throws GatewayError DATA_UNUSABLE */
function parseHead<Kept>(file: string, json: string): Kept {
  try {
    return JSON.parse(json)
  } catch (cause) {
    throw unusableFile(file, cause)
  }
}

function empty(folder: string): void {
  rmSync(folder, { recursive: true, force: true })
  mkdirSync(folder, { recursive: true })
}

function hashOf(text: string): string {
  return createHash("sha256").update(text).digest("hex")
}
