// Recognizes the syntax of ES modules, where neither a file name nor a package.json decides.

/** Whether a source text imports or exports as an ES module does. */
export function isEsModule(source: string): boolean {
  return /^\s*(import\s*["'{*\w]|export\s+(const|let|var|function|async|class|default|\{|\*))/m.test(source)
}
