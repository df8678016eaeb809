import { Store } from "../store";
import type { Answer } from "./client";

/** How the latest operation of a tab went: what stands beside its answer. */
export interface Run {
  readonly operation: string;
  /** When it was sent: milliseconds since the epoch. */
  readonly at: number;
  readonly milliseconds: number;
  /** Whose token went along. */
  readonly account: string | null;
  /** null: no answer came. */
  readonly status: number | null;
  readonly bytes: number;
  readonly answer: Answer | null;
  /** Why there is no answer. */
  readonly failure: Error | null;
}

/** The latest run of each tab, by the tab's id, for as long as the page lives. */
export class Runs {
  readonly store = new Store<ReadonlyMap<string, Run>>(new Map());
  /** The tab in view: answers belong to it, because leaving a tab stops its request. */
  tab = "";

  begin(tab: string): void {
    const runs = new Map(this.store.get());
    runs.delete(tab);
    this.store.set(runs);
  }

  end(tab: string, run: Run): void {
    this.store.set(new Map(this.store.get()).set(tab, run));
  }
}

export function failed(run: Run): boolean {
  return run.failure !== null || (run.answer?.errors?.length ?? 0) > 0;
}
