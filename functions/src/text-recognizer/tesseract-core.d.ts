// The part of tesseract.js-core that is used: Tesseract's C++ API. The package has no types.
declare module "tesseract.js-core/tesseract-core-simd-lstm.js" {
  /** A method returns -1 or 1 when it fails, as documented in Tesseract's baseapi.h. */
  class TessBaseAPI {
    Init(dataPath: null, languages: string, engineMode: number): number
    SetVariable(name: string, value: string): boolean
    /** Reads the file `/input` of the module; the orientation is EXIF's, the angle in radians. */
    SetImageFile(orientation: number, angle: number): number
    SetSourceResolution(dotsPerInch: number): void
    /** Recognizes the text of the image. */
    Recognize(monitor: null): number
    GetUTF8Text(): string
    /** 0 to 100. */
    MeanTextConf(): number
    Clear(): void
    End(): void
  }
  export type TesseractModule = {
    TessBaseAPI: typeof TessBaseAPI
    FS: { writeFile(path: string, data: Uint8Array): void; unlink(path: string): void }
  }
  // biome-ignore lint/style/noDefaultExport: the package has one
  export default function createModule(options: {
    wasmBinary: Uint8Array
    print(line: string): void
    printErr(line: string): void
  }): Promise<TesseractModule>
}
