// Loads the stores of fauxqs, which it does not export. To import them by file is safe only because its version is pinned.

const files = ["sqs/sqsStore.js", "sns/snsStore.js", "s3/s3Store.js", "persistence.js"]

/** As URLs. */
export const storeFiles = () => files.map((file) => new URL(file, import.meta.resolve("fauxqs")).href)

export const loadStores = () => Promise.all(storeFiles().map((file) => import(file)))
