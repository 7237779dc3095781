// Options of `npm start` for settings that are off by default. The same for all tests, because each combination of settings
// is synthesized for itself.

export const summaryModel = "amazon.nova-lite-v1:0"

export const optionalSettings = ["--context", "ocr=eng", "--context", `summary_model=${summaryModel}`]
