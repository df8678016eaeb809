import type { Config } from "../config";
import { lasting, OWN_KEYS, passing } from "./browser";
import { opened, restored, withoutSecrets, type Content, type Tabs } from "./tabs";

const TABS = "graphiql:tabState";
/** What describes the look of the page only; all else that GraphiQL wants to store lives as long as the page. */
const LASTING = new Set(["graphiql:theme", "graphiql:visiblePlugin"]);

/** GraphiQL's storage, with a door-keeper: the look and the tabs without secrets go to the browser, nothing else. */
export class PageStorage implements Pick<Storage, "getItem" | "setItem" | "removeItem" | "clear" | "length"> {
  readonly #memory = new Map<string, string>();
  /** The tabs that the page opens with; null leaves it to GraphiQL. */
  readonly initial: Tabs | null;

  constructor(config: Config, first?: Content, firstIsStep = true) {
    const tabs = restored(storedTabs(), lasting.read(OWN_KEYS.revision) === config.revision, config);
    this.initial = first ? opened(tabs ?? { tabs: [], activeTabIndex: 0 }, first, firstIsStep) : tabs;
    if (this.initial !== null) {
      this.setItem(TABS, JSON.stringify(this.initial)); // GraphiQL stores them only after a pause: a reload before it must find them
    }
    lasting.write(OWN_KEYS.revision, config.revision);
  }

  get length(): number {
    return this.#memory.size;
  }

  getItem(key: string): string | null {
    return LASTING.has(key) ? lasting.read(key) : (this.#memory.get(key) ?? null);
  }

  setItem(key: string, value: string): void {
    if (LASTING.has(key)) {
      lasting.write(key, value);
      return;
    }
    this.#memory.set(key, value);
    if (key === TABS) {
      lasting.write(TABS, JSON.stringify(withoutSecrets(JSON.parse(value) as Tabs)));
    }
  }

  removeItem(key: string): void {
    this.#memory.delete(key);
    lasting.remove(key);
  }

  clear(): void {
    this.#memory.clear();
    for (const key of [...LASTING, TABS, ...Object.values(OWN_KEYS)]) {
      lasting.remove(key);
      passing.remove(key);
    }
  }
}

function storedTabs(): Tabs | null {
  try {
    const state = JSON.parse(lasting.read(TABS) ?? "null") as Tabs | null;
    return Array.isArray(state?.tabs) && typeof state.activeTabIndex === "number" ? state : null;
  } catch {
    return null;
  }
}
