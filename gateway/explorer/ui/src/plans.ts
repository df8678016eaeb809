import type { Answer } from "./client";
import { Store } from "./store";

export interface PlannedRun {
  readonly operation: string;
  readonly milliseconds: number;
  /** null: the server sent none. */
  readonly plan: unknown;
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
    this.store.set({ operation, milliseconds, plan: queryPlan });
  }
}
