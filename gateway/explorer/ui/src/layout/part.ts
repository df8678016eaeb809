import { pick, useGraphiQL } from "@graphiql/react";
import { useLook, type Part } from "./look";

/** The part that is in view where there is room for one only: never a panel that is closed. */
export function usePart(): Part {
  const { part } = useLook();
  const { visiblePlugin } = useGraphiQL(pick("visiblePlugin"));
  return part === "panel" && !visiblePlugin ? "operation" : part;
}
