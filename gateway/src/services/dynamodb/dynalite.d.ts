// The types of dynalite that the gateway uses: the package has none.
declare module "dynalite" {
  import type { Server } from "node:http"

  function dynalite(options: {
    /** Folder of the database; in memory unless set. */
    path?: string
    createTableMs?: number
    deleteTableMs?: number
    updateTableMs?: number
  }): Server
  export = dynalite
}
