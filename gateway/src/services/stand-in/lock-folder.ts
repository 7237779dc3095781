// Locks the folder of a stand-in: the process of an earlier gateway that was killed may still be ending.

const WAIT_MS = 5000

/**
 * @param folder undefined: the stand-in keeps its data in memory
 * @returns a function that unlocks the folder
 * @throws GatewayError DATA_UNUSABLE
 */
export async function lockFolder(folder: string | undefined): Promise<() => void> {
  if (folder === undefined) return () => {}
  const { openDataFolder } = await import("../data-folder.ts")
  return openDataFolder(folder, WAIT_MS)
}
