import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
import type { Plugin } from "vite";

const INPUTS = ["build", "src", "package-lock.json", "package.json", "tsconfig.json", "vite.config.ts"];

/** SOURCE.sha256: what the bundle was built from, so that a test without Node can tell a stale bundle. */
export function fingerprintSources(root: string): Plugin {
  return {
    name: "fingerprint-sources",
    generateBundle() {
      this.emitFile({ type: "asset", fileName: "SOURCE.sha256", source: `${fingerprint(root)}\n` });
    },
  };
}

function fingerprint(root: string): string {
  const hash = createHash("sha256");
  for (const path of INPUTS.flatMap((input) => files(join(root, input))).sort()) {
    hash.update(`${relative(root, path)}\0`);
    hash.update(readFileSync(path));
  }
  return hash.digest("hex");
}

function files(path: string): string[] {
  try {
    return readdirSync(path).flatMap((name) => files(join(path, name)));
  } catch {
    return [path];
  }
}
