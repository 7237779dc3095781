// The entry point of the library that detects languages, bundled beside the reading thread under its own name.
export { detectAll } from "tinyld"
