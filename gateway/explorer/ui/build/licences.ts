import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { Plugin } from "vite";

const roots = new Set<string>();

/** Remembers the package of every module that is bundled; also given to the workers' builds. */
export function collectPackages(): Plugin {
  return {
    name: "collect-packages",
    generateBundle(_options, bundle) {
      for (const chunk of Object.values(bundle)) {
        if (chunk.type === "chunk") {
          chunk.moduleIds.forEach(remember);
        }
      }
    },
  };
}

function remember(module: string): void {
  const path = module.replace(/^\0/, "").split("?")[0]!;
  const found = /^(.*\/node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(path);
  if (found) {
    roots.add(found[1]!);
  }
}

/** LICENSES.txt: every bundled package with its version and the text of its licence. */
export function writeLicences(): Plugin {
  return {
    name: "write-licences",
    generateBundle: {
      order: "post",
      handler() {
        const texts = new Map(Array.from(roots, (root) => [nameOf(root), licenceOf(root)]));
        const sorted = Array.from(texts).sort(([a], [b]) => (a < b ? -1 : 1));
        const source = sorted.map(([name, text]) => `${name}\n${"-".repeat(name.length)}\n${text.trim()}\n`).join("\n\n");
        this.emitFile({ type: "asset", fileName: "LICENSES.txt", source });
      },
    },
  };
}

interface Package {
  readonly name: string;
  readonly version: string;
  readonly license?: string;
}

function described(root: string): Package {
  return JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as Package;
}

function nameOf(root: string): string {
  const { name, version, license } = described(root);
  return `${name} ${version} (${license ?? "see below"})`;
}

/** A package of a monorepo may leave its text to the sibling that the repository is named after. */
function licenceOf(root: string): string {
  const file = readdirSync(root).find((name) => /^licen[cs]e/i.test(name));
  if (file) {
    return readFileSync(join(root, file), "utf8");
  }
  const sibling = join(dirname(dirname(root)), "graphiql", "LICENSE");
  if (root.includes("@graphiql/") && existsSync(sibling)) {
    return readFileSync(sibling, "utf8");
  }
  return `The package carries no licence text; its package.json says: ${described(root).license ?? "nothing"}.`;
}
