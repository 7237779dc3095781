// Runs asynchronous tasks one after the other.

/** @returns adds a task; its promise settles as the task does, and a failed task does not stop the next one */
export function createSerialQueue(): <Value>(task: () => Promise<Value>) => Promise<Value> {
  let last: Promise<unknown> = Promise.resolve()
  return (task) => {
    const result = last.then(task)
    last = result.catch(() => {})
    return result
  }
}
