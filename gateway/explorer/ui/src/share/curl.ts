import { looksSecret } from "../stored/secret-names";
import { withoutSecretLiterals, withoutSecretVariables } from "../stored/secrets";

export interface Copied {
  readonly url: string;
  readonly query: string;
  readonly variables: Readonly<Record<string, unknown>>;
  readonly headers: Readonly<Record<string, string>>;
  /** Whether a token went along, or should. */
  readonly authorized: boolean;
}

/**
 * A command for a shell that sends the same. Secrets are not in it: `$TOKEN` stands for the access token, and what is
 * called like a secret is replaced by its name in angle brackets. null: the operation does not parse, so that nobody
 * can tell what in it is secret.
 */
export function curlOf({ url, query, variables, headers, authorized }: Copied): string | null {
  const text = withoutSecretLiterals(query, placeholder);
  if (text === null) {
    return null;
  }
  const cleaned = withoutSecretVariables(variables, query, placeholder);
  const body = JSON.stringify({ query: text, ...(Object.keys(cleaned).length > 0 ? { variables: cleaned } : {}) });
  const lines = [
    `curl ${quoted(url)}`,
    `-H 'content-type: application/json'`,
    ...(authorized ? [`-H "authorization: Bearer $TOKEN"`] : []),
    ...Object.entries(headers).flatMap(([name, value]) => headerLine(name, value)),
    `--data-raw ${quoted(body)}`,
  ];
  return lines.join(" \\\n  ");
}

function headerLine(name: string, value: string): string[] {
  if (/^(authorization|content-type)$/i.test(name)) {
    return [];
  }
  return [`-H ${quoted(`${name}: ${looksSecret(name) ? placeholder(name) : value}`)}`];
}

function placeholder(name: string): string {
  return `<${name}>`;
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}
