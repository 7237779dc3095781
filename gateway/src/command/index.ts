// For whoever builds a command on the gateway: the same options, the same words, the same end.
export { type CommandOptions, optionsHelp, parseOptions } from "./options.ts"
export { jsonReporter, type Reporter, terminalReporter } from "./reporter.ts"
export { serve, untilSignal } from "./serve.ts"
export { type Watcher, watchSource } from "./watch-source.ts"
