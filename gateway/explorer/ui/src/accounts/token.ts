/** Claims of a JWT, unverified: only for showing who is signed in. The server alone decides what a token is worth. */
export function claims(token: string): Record<string, unknown> {
  const body = token.split(".")[1];
  if (body === undefined) {
    return {};
  }
  try {
    const bytes = Uint8Array.from(atob(body.replaceAll("-", "+").replaceAll("_", "/")), (c) => c.charCodeAt(0));
    return JSON.parse(new TextDecoder().decode(bytes)) as Record<string, unknown>;
  } catch {
    return {};
  }
}

export function roles(token: string, claim: string): string[] {
  const value = claims(token)[claim];
  return Array.isArray(value) ? value.map(String) : typeof value === "string" ? value.split(" ") : [];
}
