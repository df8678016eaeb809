/** `2026-11-29T18:30` of the reader's clock, as the browser's date and time field wants it; "" if it is no moment. */
export function toLocalInput(value: unknown): string {
  const date = typeof value === "string" ? new Date(value) : null;
  if (date === null || Number.isNaN(date.getTime())) {
    return "";
  }
  const shifted = new Date(date.getTime() - date.getTimezoneOffset() * 60_000).toISOString();
  return shifted.slice(0, date.getSeconds() > 0 ? 19 : 16);
}

/** The moment in UTC that a date and time of the reader's clock is; null if it is none. */
export function fromLocalInput(text: string): string | null {
  const date = new Date(text);
  return Number.isNaN(date.getTime()) ? null : date.toISOString().replace(/\.\d+Z$/, "Z");
}
