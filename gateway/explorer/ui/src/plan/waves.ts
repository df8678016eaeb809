import type { Fetched } from "./plans";

/** A fetch in the picture: its wave and its place in it, both from 0. */
export interface Placed {
  readonly fetch: Fetched;
  readonly wave: number;
  readonly column: number;
}

/** Each fetch one wave below the last of those that it waits for. */
export function waves(fetches: readonly Fetched[]): readonly Placed[] {
  const byId = new Map(fetches.map((fetch) => [fetch.id, fetch]));
  const depths = new Map<number, number>();
  const depth = (id: number): number => {
    const known = depths.get(id);
    if (known !== undefined) {
      return known;
    }
    depths.set(id, 0); // a plan has no circles; a broken one must not hang the page
    const above = (byId.get(id)?.after ?? []).filter((other) => byId.has(other)).map((other) => depth(other) + 1);
    const found = Math.max(0, ...above);
    depths.set(id, found);
    return found;
  };
  const filled = new Map<number, number>();
  return fetches.map((fetch) => {
    const wave = depth(fetch.id);
    const column = filled.get(wave) ?? 0;
    filled.set(wave, column + 1);
    return { fetch, wave, column };
  });
}

/** When the last fetch ended, in milliseconds since the run began. */
export function total(fetches: readonly Fetched[]): number {
  return Math.max(0, ...fetches.map(({ startMs, ms }) => (startMs ?? 0) + (ms ?? 0)));
}
