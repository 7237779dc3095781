// Builds the page into web/dist. It is served from the root of its host, because a document's address is /d/{documentId}.
import react from "@vitejs/plugin-react"
import { defineConfig } from "vite"

export default defineConfig(({ command }) => {
  // Vite takes over the caller's NODE_ENV: built from a test, the page would get React's development build.
  // biome-ignore lint/style/noProcessEnv: Vite has no other switch for it
  if (command === "build") process.env.NODE_ENV = "production"
  return {
    root: import.meta.dirname,
    base: "/",
    plugins: [react()],
    build: { outDir: "dist", emptyOutDir: true, target: "es2022" },
  }
})
