// Implements `npm run gateway`: the command `apigw-local`, in the folder where npm was called. npm itself changes to the root.
process.chdir(process.env.INIT_CWD ?? ".")
await import("../gateway/src/cli/main.ts")
