// The objects of a bucket by prefix, page by page. Each can be downloaded.
import { bytes } from "../state/format.ts"
import { dateTime } from "../state/row.ts"
import type { ObjectPage, StoredBucket } from "../state/stored-data.ts"
import { SearchedPages } from "./searched-pages.tsx"

const search = { parameter: "prefix", label: "Prefix", placeholder: "Prefix" }

export function BucketObjects({ bucket }: { bucket: StoredBucket }) {
  const { name } = bucket
  return (
    <SearchedPages<ObjectPage> stored={bucket} path="/data/objects" search={search} countOf={countOf}>
      {(page, prefix) => (
        <>
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
                      <td>{dateTime(modifiedAt)}</td>
                    </tr>
                  ))}
                </tbody>
              </table>
            </div>
          )}
        </>
      )}
    </SearchedPages>
  )
}

function countOf({ objects }: ObjectPage): string {
  return objects.length === 1 ? "1 object" : `${objects.length} objects`
}
