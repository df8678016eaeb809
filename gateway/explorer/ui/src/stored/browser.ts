/** One of the browser's storages. Browsers may forbid it, even its name, or run out of it: the page then forgets. */
class Area {
  constructor(readonly storage: () => Storage) {}

  read(key: string): string | null {
    return attempt(() => this.storage().getItem(key)) ?? null;
  }

  write(key: string, value: string): void {
    attempt(() => this.storage().setItem(key, value));
  }

  remove(key: string): void {
    attempt(() => this.storage().removeItem(key));
  }
}

function attempt<T>(action: () => T): T | undefined {
  try {
    return action();
  } catch {
    return undefined;
  }
}

/** Outlives the browser's tab. */
export const lasting = new Area(() => localStorage);
/** Outlives a reload, and ends with the browser's tab. */
export const passing = new Area(() => sessionStorage);

/** Everything that the page may have put there itself, under names that begin with its own. */
export const OWN_KEYS = {
  revision: "explorer:revision",
  look: "explorer:look",
  progress: "explorer:progress",
  history: "explorer:history",
} as const;
