import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";
import { collectPackages, writeLicences } from "./build/licences";
import { fingerprintSources } from "./build/sources";

export default defineConfig({
  base: "./", // assets find each other wherever the gateway is mounted
  plugins: [react(), collectPackages(), writeLicences(), fingerprintSources(import.meta.dirname)],
  worker: { format: "es", plugins: () => [collectPackages()] },
  build: {
    outDir: "../static",
    emptyOutDir: true,
    manifest: "manifest.json",
    target: "es2022",
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 5000,
    rolldownOptions: {
      input: ["src/nonce.ts", "src/main.tsx"],
      // Packages apart from our own code: a change of ours renames one small file, not the editor.
      output: {
        keepNames: true, // GraphiQL names its icons, for screen readers, after their functions
        codeSplitting: {
          groups: [
            { name: "editor", test: /node_modules\/(monaco-editor|monaco-graphql)\// },
            { name: "packages", test: /node_modules\/(?!prettier\/)|^\0|rolldown/ },
          ],
        },
      },
    },
  },
});
