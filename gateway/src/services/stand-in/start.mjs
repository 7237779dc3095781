// Starts the process of a stand-in. JavaScript, as every file that is run by its path, because the package has no others.
await import("./main.ts")
