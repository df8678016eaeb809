import { lasting, OWN_KEYS } from "../stored/browser";
import { Store, useStore } from "../store";
import { useWorld } from "../world";

/** What fills the page where there is room for one part only. */
export type Part = "panel" | "operation" | "variables" | "answer";
export type Tool = "form" | "json" | "headers";
export type Split = "panel" | "editors" | "operation";

export interface LookState {
  readonly part: Part;
  readonly tool: Tool;
  readonly answerAs: "json" | "table";
  readonly localTimes: boolean;
  /** The share of the first of two neighbours, from 0 to 1. */
  readonly splits: Readonly<Record<Split, number>>;
}

export const SPLITS: Readonly<Record<Split, number>> = { panel: 0.27, editors: 0.5, operation: 0.56 };

/** How the page is arranged; all but the part in view is kept in the browser. */
export class Look {
  readonly store: Store<LookState>;

  constructor() {
    this.store = new Store<LookState>({ part: "panel", tool: "form", answerAs: "json", localTimes: true, splits: SPLITS, ...kept() });
  }

  set(change: Partial<LookState>): void {
    const state = { ...this.store.get(), ...change };
    this.store.set(state);
    const { part: _passing, ...rest } = state;
    lasting.write(OWN_KEYS.look, JSON.stringify(rest));
  }

  split(name: Split, share: number): void {
    this.set({ splits: { ...this.store.get().splits, [name]: Math.min(Math.max(share, 0.12), 0.88) } });
  }
}

function kept(): Partial<LookState> {
  try {
    const { tool, answerAs, localTimes, splits } = JSON.parse(lasting.read(OWN_KEYS.look) ?? "{}") as Partial<LookState>;
    return {
      ...(tool === "form" || tool === "json" ? { tool } : {}),
      ...(answerAs === "json" || answerAs === "table" ? { answerAs } : {}),
      ...(typeof localTimes === "boolean" ? { localTimes } : {}),
      ...(splits && Object.values(splits).every(Number.isFinite) ? { splits: { ...SPLITS, ...splits } } : {}),
    };
  } catch {
    return {};
  }
}

export function useLook(): LookState {
  return useStore(useWorld().look.store);
}

/** In such windows one part fills the page, also on a phone that lies on its side (styles/narrow.css says the same). */
const NARROW = "(max-width: 799px), (max-height: 480px)";

export function isNarrow(): boolean {
  return window.matchMedia(NARROW).matches;
}
