// The current view and item, from the address.
import { useEffect, useState } from "preact/hooks"
import { type Place, readPlace } from "../state/hash.ts"

export function usePlace(): Place {
  const [place, setPlace] = useState(readPlace(location.hash))
  useEffect(() => {
    const read = () => setPlace(readPlace(location.hash))
    addEventListener("hashchange", read)
    return () => removeEventListener("hashchange", read)
  }, [])
  return place
}
