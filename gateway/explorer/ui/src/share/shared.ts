import { withoutSecretLiterals, withoutSecretVariables } from "../stored/secrets";

/** An operation as a link carries it: never headers, never what is called like a secret. */
export interface Shared {
  readonly query: string;
  readonly variables: string;
}

/** null: the operation does not parse, so that nobody can tell what in it is secret. */
export function shareable(query: string, variables: Readonly<Record<string, unknown>>): Shared | null {
  const text = withoutSecretLiterals(query, () => "");
  if (text === null) {
    return null;
  }
  const cleaned = withoutSecretVariables(variables, query);
  return { query: text, variables: Object.keys(cleaned).length > 0 ? JSON.stringify(cleaned, null, 2) : "" };
}

export function encoded(shared: Shared): string {
  const bytes = new TextEncoder().encode(JSON.stringify([shared.query, shared.variables]));
  const text = Array.from(bytes, (byte) => String.fromCharCode(byte)).join("");
  return btoa(text).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

/** null: the link is damaged. */
export function decoded(text: string): Shared | null {
  try {
    const bytes = Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (c) => c.charCodeAt(0));
    const [query, variables] = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes)) as unknown[];
    return typeof query === "string" && typeof variables === "string" ? { query, variables } : null;
  } catch {
    return null;
  }
}
