import { createContext, useContext } from "react";
import type { Accounts } from "./accounts/accounts";
import type { Config } from "./config";
import type { Progress } from "./guide/progress";
import type { History } from "./history/history";
import type { Look } from "./layout/look";
import type { Plans } from "./plan/plans";
import type { Runs } from "./sending/runs";
import type { Store } from "./store";

/** What the page's parts share. */
export interface World {
  readonly config: Config;
  readonly accounts: Accounts;
  readonly plans: Plans;
  readonly progress: Progress;
  readonly runs: Runs;
  readonly history: History;
  readonly look: Look;
  /** A short word to the person, over whatever is in view; null: none. */
  readonly notice: Store<string | null>;
}

const WorldContext = createContext<World | null>(null);

export const WorldProvider = WorldContext.Provider;

export function useWorld(): World {
  const world = useContext(WorldContext);
  if (world === null) {
    throw new Error("used outside the page");
  }
  return world;
}
