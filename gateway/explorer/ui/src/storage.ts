import type { Config, Step } from "./config";
import { opened, restored, withoutSecrets, type Tabs } from "./tabs";

const TABS = "graphiql:tabState";
const CONFIG = "explorer:revision";
/** What describes the look of the page only; all else that GraphiQL wants to store lives as long as the page. */
const LASTING = new Set(["graphiql:theme", "graphiql:docExplorerFlex", "graphiql:editorFlex", "graphiql:secondaryEditorFlex", "graphiql:visiblePlugin"]);

/** GraphiQL's storage, with a door-keeper: layout and tabs without secrets go to the browser, nothing else. */
export class PageStorage implements Pick<Storage, "getItem" | "setItem" | "removeItem" | "clear" | "length"> {
  readonly #memory = new Map<string, string>();
  /** The tabs that the page opens with; null leaves it to GraphiQL. */
  readonly initial: Tabs | null;

  constructor(config: Config, first?: Step) {
    const tabs = restored(storedTabs(), read(CONFIG) === config.revision, config);
    this.initial = tabs && first ? opened(tabs, first) : tabs;
    if (this.initial !== null) {
      this.setItem(TABS, JSON.stringify(this.initial)); // GraphiQL stores them only after a pause: a reload before it must find them
    }
    write(CONFIG, config.revision);
  }

  get length(): number {
    return this.#memory.size;
  }

  getItem(key: string): string | null {
    return LASTING.has(key) ? read(key) : (this.#memory.get(key) ?? null);
  }

  setItem(key: string, value: string): void {
    if (LASTING.has(key)) {
      write(key, value);
      return;
    }
    this.#memory.set(key, value);
    if (key === TABS) {
      write(TABS, JSON.stringify(withoutSecrets(JSON.parse(value) as Tabs)));
    }
  }

  removeItem(key: string): void {
    this.#memory.delete(key);
    attempt(() => localStorage.removeItem(key));
  }

  clear(): void {
    this.#memory.clear();
    for (const key of [...LASTING, TABS, CONFIG]) {
      attempt(() => localStorage.removeItem(key));
    }
  }
}

function storedTabs(): Tabs | null {
  try {
    const state = JSON.parse(read(TABS) ?? "null") as Tabs | null;
    return Array.isArray(state?.tabs) && typeof state.activeTabIndex === "number" ? state : null;
  } catch {
    return null;
  }
}

function read(key: string): string | null {
  return attempt(() => localStorage.getItem(key)) ?? null;
}

function write(key: string, value: string): void {
  attempt(() => localStorage.setItem(key, value));
}

/** Browsers may forbid storage or run out of it: the page then simply forgets. */
function attempt<T>(action: () => T): T | undefined {
  try {
    return action();
  } catch {
    return undefined;
  }
}
