/** A moment as GraphQL's DateTime writes it: with an offset, so that it means the same everywhere. */
const MOMENT = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:?\d\d)$/;

const READABLE: Intl.DateTimeFormatOptions = {
  weekday: "short",
  day: "numeric",
  month: "short",
  hour: "2-digit",
  minute: "2-digit",
};

export function isMoment(value: unknown): value is string {
  return typeof value === "string" && MOMENT.test(value) && !Number.isNaN(Date.parse(value));
}

/** In the time zone of whoever reads; year and seconds only where they tell something. */
export function localTime(moment: string | number): string {
  const date = new Date(moment);
  const seconds = date.getSeconds() > 0 ? ({ second: "2-digit" } as const) : {};
  const year = date.getFullYear() === new Date().getFullYear() ? {} : ({ year: "numeric" } as const);
  return new Intl.DateTimeFormat(undefined, { ...READABLE, ...seconds, ...year }).format(date);
}

/** The reader's time zone, as `Europe/Berlin`. */
export function timeZone(): string {
  return Intl.DateTimeFormat().resolvedOptions().timeZone;
}
