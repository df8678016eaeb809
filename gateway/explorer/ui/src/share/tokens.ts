import type { Account } from "../accounts/accounts";

/** A text without the tokens of who is signed in, wherever they may have been pasted. */
export function withoutTokens(text: string, accounts: readonly Account[]): string {
  const tokens = accounts.flatMap(({ accessToken, refreshToken }) => [accessToken, ...(refreshToken ? [refreshToken] : [])]);
  return tokens.reduce((cleaned, token) => cleaned.replaceAll(token, "<token>"), text);
}
