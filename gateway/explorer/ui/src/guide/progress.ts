import { steps, type Config } from "../config";
import { looksSecret } from "../stored/secret-names";
import { OWN_KEYS, passing } from "../stored/browser";
import { valueAt } from "../path";
import { LINK, references, type Answers } from "../sending/templates";
import { Store } from "../store";

interface Kept {
  readonly revision: string;
  readonly answers: Answers;
}

/**
 * Which steps have been run, and what they answered.
 *
 * In memory whole. Over a reload only what later steps take from them (`{{CreatePlace.createPlace.id}}`), in the
 * session's storage, which ends with the browser's tab; nothing that is called like a secret, and never a link's value.
 */
export class Progress {
  readonly store: Store<Answers>;

  constructor(readonly config: Config, link: Readonly<Record<string, string>>) {
    this.store = new Store<Answers>({ ...restored(config), [LINK]: link });
  }

  record(operation: string, data: unknown): void {
    this.store.set({ ...this.store.get(), [operation]: data });
    this.#keep();
  }

  takeLink(link: Readonly<Record<string, string>>): void {
    this.store.set({ ...this.store.get(), [LINK]: link });
  }

  /** Begin again: no ticks, no values. */
  reset(): void {
    this.store.set({ [LINK]: this.store.get()[LINK] });
    this.#keep();
  }

  #keep(): void {
    const kept: Kept = { revision: this.config.revision, answers: reduced(this.store.get(), this.config) };
    passing.write(OWN_KEYS.progress, JSON.stringify(kept));
  }
}

function restored(config: Config): Answers {
  try {
    const kept = JSON.parse(passing.read(OWN_KEYS.progress) ?? "null") as Kept | null;
    return kept?.revision === config.revision ? kept.answers : {};
  } catch {
    return {};
  }
}

/** The answers of steps, reduced to the values that steps name. */
export function reduced(answers: Answers, config: Config): Answers {
  const done = steps(config).filter((step) => step.operation in answers);
  const kept: Record<string, Record<string, unknown>> = Object.fromEntries(done.map((step) => [step.operation, {}]));
  for (const { operation, path } of steps(config).flatMap((step) => references(step.variables))) {
    const keys = path.split(".");
    const value = valueAt(answers[operation], path);
    if (kept[operation] && isScalar(value) && !keys.some(looksSecret)) {
      put(kept[operation], keys, value);
    }
  }
  return kept;
}

function isScalar(value: unknown): boolean {
  return ["string", "number", "boolean"].includes(typeof value);
}

function put(target: Record<string, unknown>, keys: readonly string[], value: unknown): void {
  const [key = "", ...rest] = keys;
  if (rest.length === 0) {
    target[key] = value;
    return;
  }
  const inner = (target[key] ?? {}) as Record<string, unknown>;
  target[key] = inner;
  put(inner, rest, value);
}
