// Requests the small image of a page when its place is about to be visible, a few at a time.
import { type RefObject, useEffect, useState } from "react"
import { limitConcurrency } from "../documents/limit-concurrency.ts"
import type { TextClient } from "./page-texts.ts"

export type ThumbnailRequest = {
  /** Undefined when no image is wanted. */
  documentId: string | undefined
  page: number
  /** Where it will be shown. */
  place: RefObject<Element | null>
}

// Each request that is not served from a cache renders a page.
const limitRequests = limitConcurrency(2)
/** Requested this far before it is scrolled to. */
const margin = "200px"

/** Whether a document of this name may have images of its pages. */
export function hasThumbnails(fileName: string): boolean {
  return /\.(?:pdf|png|jpe?g)$/i.test(fileName)
}

/** @returns the URL of the image; undefined until it has arrived, and when there is none */
export function useThumbnail(
  client: Pick<TextClient, "thumbnail">,
  { documentId, page, place }: ThumbnailRequest,
): string | undefined {
  const isNear = useIsNear(place)
  const [image, setImage] = useState<{ page: number; url: string }>()
  useEffect(() => {
    if (documentId === undefined || !isNear) return
    const stop = new AbortController()
    let url: string | undefined
    const request = async () => {
      if (stop.signal.aborted) return
      const blob = await client.thumbnail(documentId, page, { signal: stop.signal })
      if (!blob || stop.signal.aborted) return
      url = URL.createObjectURL(blob)
      setImage({ page, url })
    }
    // Without an image the place shows something else.
    limitRequests(request).catch(() => {})
    return () => {
      stop.abort()
      setImage(undefined)
      if (url !== undefined) URL.revokeObjectURL(url)
    }
  }, [client, documentId, page, isNear])
  return image?.page === page ? image.url : undefined
}

function useIsNear(place: RefObject<Element | null>): boolean {
  const [isNear, setNear] = useState(false)
  useEffect(() => {
    if (!place.current) return
    const observer = new IntersectionObserver(
      (entries) => {
        if (!entries.some(({ isIntersecting }) => isIntersecting)) return
        setNear(true)
        observer.disconnect()
      },
      { rootMargin: margin },
    )
    observer.observe(place.current)
    return () => observer.disconnect()
  }, [place])
  return isNear
}
