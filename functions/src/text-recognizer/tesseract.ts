// Recognizes text in images with Tesseract (WebAssembly), without network: engine and language data are files.
//
// The engine is tesseract.js-core, the WebAssembly build of tesseract.js. tesseract.js itself would add a worker thread
// and a loader that downloads what it does not find, and the function needs neither.
import { readFile } from "node:fs/promises"
import { promisify } from "node:util"
import { gunzip } from "node:zlib"
import { packageFile } from "../package-file.ts"

export type ImageToRecognize = {
  /** A file that Leptonica reads: PNG, JPEG, WebP, BMP, PNM. */
  bytes: Uint8Array
  /** How the image must be turned, as EXIF numbers it: 1 is upright. */
  orientation?: number
  dotsPerInch?: number
}

/** `confidence` is 0 to 100, the mean of the words. */
export type Recognition = { text: string; confidence: number }

export type Tesseract = Awaited<ReturnType<typeof loadTesseract>>

// Source: tesseract's publictypes.h, OEM_LSTM_ONLY.
const lstmOnly = 1

/** @param languages names of Tesseract's language data, separated by "+": "eng+deu" */
export async function loadTesseract(languages: string) {
  const { default: createModule } = await import("tesseract.js-core/tesseract-core-simd-lstm.js")
  const wasmBinary = await readFile(packageFile("tesseract.js-core/tesseract-core-simd-lstm.wasm"))
  // Tesseract's messages would be printed as the function's.
  const engine = await createModule({ wasmBinary, print() {}, printErr() {} })
  for (const language of languages.split("+")) {
    const data = await readFile(packageFile(`@tesseract.js-data/${language}/4.0.0_best_int/${language}.traineddata.gz`))
    engine.FS.writeFile(`/${language}.traineddata`, await promisify(gunzip)(data))
  }
  const api = new engine.TessBaseAPI()
  if (api.Init(null, languages, lstmOnly) !== 0) throw new Error(`Tesseract cannot load the languages ${languages}.`)

  /** @throws Error when Tesseract cannot read the image */
  return function recognize({ bytes, orientation = 1, dotsPerInch }: ImageToRecognize, angle = 0): Recognition {
    engine.FS.writeFile("/input", bytes)
    try {
      if (api.SetImageFile(orientation, angle) === 1) throw new Error("The image cannot be read.")
      if (dotsPerInch !== undefined) api.SetSourceResolution(Math.round(dotsPerInch))
      if (api.Recognize(null) !== 0) throw new Error("The text of the image cannot be recognized.")
      return { text: api.GetUTF8Text(), confidence: api.MeanTextConf() }
    } finally {
      api.Clear()
      engine.FS.unlink("/input")
    }
  }
}
