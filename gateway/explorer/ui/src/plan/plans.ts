import type { Answer } from "../sending/client";
import { Store } from "../store";

/** One fetch of a plan as it went; the gateway's plan extension writes it (times in milliseconds). */
export interface Fetched {
  readonly id: number;
  readonly subgraph: string;
  readonly after: readonly number[];
  readonly requests: number;
  readonly representations: number;
  readonly uniqueRepresentations: number;
  /** Since the run began; null, like `ms`: nothing was sent. */
  readonly startMs: number | null;
  readonly ms: number | null;
  readonly failure: string | null;
}

export interface Plan {
  readonly text: string;
  readonly fetches: readonly Fetched[];
}

export interface PlannedRun {
  readonly operation: string;
  /** Measured in this page. */
  readonly milliseconds: number;
  /** null: the server sent none. */
  readonly plan: Plan | null;
}

/** Query plans: asked for only while the panel is open, and taken out of the answer so that it stays readable. */
export class Plans {
  readonly store = new Store<PlannedRun | null>(null);
  wanted = false;

  record(operation: string, answer: Answer, milliseconds: number): void {
    if (!this.wanted) {
      return;
    }
    const { queryPlan = null, ...rest } = answer.extensions ?? {};
    if (queryPlan !== null) {
      if (Object.keys(rest).length > 0) {
        answer.extensions = rest;
      } else {
        delete answer.extensions;
      }
    }
    this.store.set({ operation, milliseconds, plan: planIn(queryPlan) });
  }
}

/** Another gateway's plan has no fetches that could be drawn: it is shown as text. */
function planIn(extension: unknown): Plan | null {
  if (extension === null) {
    return null;
  }
  const { text, fetches } = extension as Partial<Plan>;
  return {
    text: typeof text === "string" ? text : typeof extension === "string" ? extension : JSON.stringify(extension, null, 2),
    fetches: Array.isArray(fetches) ? fetches.filter((fetch: Partial<Fetched>) => typeof fetch.id === "number" && Array.isArray(fetch.after)) : [],
  };
}
