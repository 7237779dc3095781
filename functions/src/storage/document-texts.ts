// The text of documents in the bucket: one object per block of pages, at `texts/{documentId}/{block}`.
import { DeleteObjectsCommand, GetObjectCommand, PutObjectCommand, type S3Client } from "@aws-sdk/client-s3"
import { isMissingObject } from "./is-missing-object.ts"
import { maxBlocks, type PageText, pageTextOf, type StoredPage } from "./page-blocks.ts"
import { type StoreBlock, TextWriter, type WrittenTexts } from "./text-writer.ts"
import { thumbnailKey } from "./thumbnail-key.ts"

const prefix = "texts/"

export type DocumentTexts = ReturnType<typeof createDocumentTexts>

export function createDocumentTexts(client: S3Client, bucketName: string) {
  const keyOf = (documentId: string, block: number) => `${prefix}${documentId}/${block}`

  /** Another attempt writes the same objects again. */
  function writer(documentId: string, written?: WrittenTexts): TextWriter {
    const store: StoreBlock = async (block, pages) => {
      await client.send(
        new PutObjectCommand({
          Bucket: bucketName,
          Key: keyOf(documentId, block),
          ContentType: "application/json",
          Body: JSON.stringify(pages),
        }),
      )
    }
    return new TextWriter(store, written)
  }

  /** The pages of a block; undefined when it was deleted or has expired. */
  async function read(documentId: string, block: number): Promise<PageText[] | undefined> {
    try {
      const object = await client.send(new GetObjectCommand({ Bucket: bucketName, Key: keyOf(documentId, block) }))
      const pages: StoredPage[] = JSON.parse((await object.Body?.transformToString()) ?? "[]")
      return pages.map(pageTextOf)
    } catch (error) {
      if (isMissingObject(error)) return undefined
      throw error
    }
  }

  /**
   * Deletes the blocks of a document, and its thumbnail. Every block that it can have is named, because without its last progress their
   * number is unknown. Deleting an object that does not exist succeeds, and deleting is free.
   */
  async function remove(documentId: string, blocks: number = maxBlocks): Promise<void> {
    const keys = Array.from({ length: blocks }, (_, block) => keyOf(documentId, block))
    const objects = [...keys, thumbnailKey(documentId)].map((Key) => ({ Key }))
    const command = new DeleteObjectsCommand({ Bucket: bucketName, Delete: { Quiet: true, Objects: objects } })
    const { Errors = [] } = await client.send(command)
    if (Errors.length > 0) throw new Error(`${Errors.length} blocks of text were not deleted: ${Errors[0]?.Message}`)
  }

  return { writer, read, remove }
}
