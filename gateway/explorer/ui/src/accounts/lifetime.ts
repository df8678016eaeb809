import { valueAt } from "../path";
import type { Answer } from "../sending/client";
import { claims } from "./token";

/** Renewed this long before expiry, so that a request never leaves with a token that dies on the way. */
const MARGIN = 30_000;
const FALLBACK_LIFETIME = 300_000;

/** When a token is to be renewed: milliseconds since the epoch. */
export function renewalTime(token: string, answer: Answer, path: string | null): number {
  const life = lifetime(token, answer, path);
  return Date.now() + life - Math.min(MARGIN, life / 3);
}

/** In milliseconds; what the answer says comes first, because this machine's clock may be wrong. */
function lifetime(token: string, answer: Answer, path: string | null): number {
  const told = path === null ? undefined : valueAt(answer.data, path);
  if (typeof told === "number") {
    return told * 1_000;
  }
  const exp = claims(token)["exp"];
  return typeof exp === "number" ? Math.max(exp * 1_000 - Date.now(), 0) : FALLBACK_LIFETIME;
}
