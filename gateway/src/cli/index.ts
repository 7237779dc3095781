// The building blocks of a command that serves a gateway: options, reporters, serving, watching.
export { CloseExitCode } from "./close-exit-code.ts"
export { type Command, commandLine } from "./command-line.ts"
export { openGateway, reportReady } from "./open-gateway.ts"
export { type CommandOptions, environmentHelp, optionsHelp } from "./options.ts"
export { type Reporter, terminalReporter } from "./reporter.ts"
export { serve } from "./serve.ts"
export { stopRequest } from "./stop-request.ts"
export { type Watcher, watchSource } from "./watch-source.ts"
