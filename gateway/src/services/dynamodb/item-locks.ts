// Locks several items of tables, so that nothing changes or reads them in between.
import type { Store } from "./package-operations.ts"

export type ItemAddress = { tableName: string; key: string }

/**
 * In one order for every caller, so that two of them never wait for each other.
 * @returns a function that releases them
 */
export async function lockItems(store: Store, items: readonly ItemAddress[]): Promise<() => void> {
  const ordered = items.toSorted((a, b) => (addressText(a) < addressText(b) ? -1 : 1))
  const releases: (() => void)[] = []
  for (const { tableName, key } of ordered) {
    await new Promise<void>((resolve) => {
      store.getItemDb(tableName).lock(key, (release) => {
        releases.push(release(() => {}))
        resolve()
      })
    })
  }
  return () => {
    for (const release of releases) release()
  }
}

export function addressText({ tableName, key }: ItemAddress): string {
  return `${tableName}~${key}`
}
