import { createContext, useContext } from "react";
import type { World } from "./fetcher";

const WorldContext = createContext<World | null>(null);

export const WorldProvider = WorldContext.Provider;

export function useWorld(): World {
  const world = useContext(WorldContext);
  if (world === null) {
    throw new Error("used outside the page");
  }
  return world;
}
