// The files that the text recognizer reads at run time: the engine and its language data, from npm packages.
//
// They are installed like every dependency and copied beside the code, so that neither the function nor the local gateway
// downloads anything.
import { createRequire } from "node:module"
import { join } from "node:path"
import { ConfigError, type Environment } from "./config.ts"
import { repositoryRoot } from "./repository-root.ts"

/** @throws ConfigError when the data of a language is not installed */
export function recognitionFiles({ envName, config }: Environment): string[] {
  const { resolve } = createRequire(join(repositoryRoot, "functions", "package.json"))
  const data = config.ocr.split("+").map((language) => {
    try {
      return resolve(`@tesseract.js-data/${language}/4.0.0_best_int/${language}.traineddata.gz`)
    } catch (cause) {
      const install = `npm install --workspace functions --save-exact @tesseract.js-data/${language}`
      const message = `ocr in ${envName} is ${JSON.stringify(config.ocr)}: the data of ${language} is not installed. Run ${install}.`
      throw new ConfigError(message, { cause })
    }
  })
  return [resolve("tesseract.js-core/tesseract-core-simd-lstm.wasm"), ...data]
}
