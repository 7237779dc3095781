// The objects of a bucket by prefix, page by page. Each can be downloaded.
import { useState } from "preact/hooks"
import { bytes } from "../state/format.ts"
import type { ObjectPage, StoredBucket } from "../state/stored-data.ts"
import { Origin } from "./origin.tsx"
import { Pages } from "./pages.tsx"
import { useLoaded } from "./use-loaded.ts"

export function BucketObjects({ bucket }: { bucket: StoredBucket }) {
  const { name } = bucket
  const [prefix, setPrefix] = useState("")
  const [starts, setStarts] = useState<readonly string[]>([])
  const next = starts.at(-1)
  const query = new URLSearchParams({ name, prefix, ...(next !== undefined && { next }) })
  const { value: page, problem, reload } = useLoaded<ObjectPage>(`/data/objects?${query}`)
  return (
    <>
      <header class="detail-head">
        <h2>{bucket.logicalId}</h2>
        <Origin {...bucket} />
      </header>
      <div class="filter">
        <input
          type="search"
          aria-label="Prefix"
          placeholder="Prefix"
          value={prefix}
          onInput={({ currentTarget }) => {
            setPrefix(currentTarget.value)
            setStarts([])
          }}
        />
        <span class="count" role="status">
          {page && (page.objects.length === 1 ? "1 object" : `${page.objects.length} objects`)}
        </span>
        <button type="button" onClick={reload}>
          Refresh
        </button>
      </div>
      {problem !== "" && <p class="failure">{problem}</p>}
      {page?.objects.length === 0 && (
        <p class="hint">{prefix === "" ? "The bucket is empty." : "No key has this prefix."}</p>
      )}
      {page && page.objects.length > 0 && (
        <div class="table">
          <table>
            <thead>
              <tr>
                <th scope="col">Key</th>
                <th scope="col" class="number">
                  Size
                </th>
                <th scope="col">Modified</th>
              </tr>
            </thead>
            <tbody>
              {page.objects.map(({ key, size, modifiedAt }) => (
                <tr key={key}>
                  <th scope="row">
                    <a href={`/_console/api/data/object?${new URLSearchParams({ name, key })}`} download>
                      {key}
                    </a>
                  </th>
                  <td class="number">{bytes(size)}</td>
                  <td>{new Date(modifiedAt).toLocaleString()}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
      <Pages starts={starts} next={page?.next} onMove={setStarts} />
    </>
  )
}
