import { createContext, useContext, useMemo } from "react";
import { useRun } from "../answer/use-run";
import { violationsOf } from "../sending/violations";
import type { Path } from "./edits";

/** What the server said about single values, by their place. */
export const Marked = createContext<Readonly<Record<string, string>>>({});

export function useMarks(): Readonly<Record<string, string>> {
  const run = useRun();
  return useMemo(() => {
    const violations = (run?.answer?.errors ?? []).flatMap(violationsOf);
    return Object.fromEntries(violations.map(({ path, message }) => [path, message]));
  }, [run]);
}

export function useMark(path: Path): string | undefined {
  return useContext(Marked)[path.join(".")];
}
