import { pick, useGraphiQL } from "@graphiql/react";
import type { Run } from "../sending/runs";
import { useStore } from "../store";
import { useWorld } from "../world";

/** How the operation of the tab in view went, if it was run. */
export function useRun(): Run | undefined {
  const { runs } = useWorld();
  const { tabs, activeTabIndex } = useGraphiQL(pick("tabs", "activeTabIndex"));
  return useStore(runs.store).get(tabs[activeTabIndex]?.id ?? "");
}
