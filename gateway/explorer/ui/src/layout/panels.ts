import { useGraphiQLActions } from "@graphiql/react";
import { useCallback } from "react";
import { useWorld } from "../world";

export const PANELS = { guide: "Guide", accounts: "Accounts", plan: "Query plan", history: "History", settings: "Settings" } as const;

/** Opens a panel beside the editors, or in front of them where there is room for one part only. */
export function useOpenPanel(): (title: string) => void {
  const { look } = useWorld();
  const { setVisiblePlugin } = useGraphiQLActions();
  return useCallback(
    (title) => {
      setVisiblePlugin(title);
      look.set({ part: "panel" });
    },
    [look, setVisiblePlugin],
  );
}
