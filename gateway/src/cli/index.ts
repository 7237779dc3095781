// For whoever builds a command on the gateway: the same options, the same words, the same end.
export { commandLine } from "./command-line.ts"
export { type CommandOptions, optionsHelp } from "./options.ts"
export { type Reporter, terminalReporter } from "./reporter.ts"
export { serve, untilSignal } from "./serve.ts"
export { type Watcher, watchSource } from "./watch-source.ts"
