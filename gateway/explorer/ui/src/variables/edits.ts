import { applyEdits, modify, parse, type ParseError } from "jsonc-parser";

export type Path = readonly (string | number)[];

/** The variables as an object; null: the text is no JSON object. */
export function variablesIn(text: string): Record<string, unknown> | null {
  if (text.trim() === "") {
    return {};
  }
  const errors: ParseError[] = [];
  const value: unknown = parse(text, errors, { allowTrailingComma: true });
  const isObject = typeof value === "object" && value !== null && !Array.isArray(value);
  return errors.length === 0 && isObject ? (value as Record<string, unknown>) : null;
}

/** The text with one value changed, all else as it was written; undefined takes the value out. */
export function changed(text: string, path: Path, value: unknown): string {
  const whole = text.trim() === "" ? "{}" : text;
  const formattingOptions = { insertSpaces: true, tabSize: 2, eol: "\n" };
  return applyEdits(whole, modify(whole, [...path], value, { formattingOptions }));
}
