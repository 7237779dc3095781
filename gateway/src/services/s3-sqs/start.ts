// Starts the stand-in for S3 and SQS from its modules, on Node.js without SQLite as well, and without the packages that
// it does not use.
import { deferPackages } from "./defer-packages.ts"
import { replaceMissingSqlite } from "./missing-sqlite.ts"

replaceMissingSqlite()
deferPackages()
await import("./main.ts")
