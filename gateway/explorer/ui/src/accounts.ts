import { codeOf, post, type Answer } from "./client";
import type { Config, SignIn } from "./config";
import { textAt, valueAt } from "./path";
import { Store } from "./store";
import { claims, roles } from "./token";

export interface Account {
  readonly id: number;
  readonly name: string;
  readonly roles: readonly string[];
  readonly accessToken: string;
  readonly refreshToken: string | null;
  /** When the access token is renewed: milliseconds since the epoch, some time before it expires. */
  readonly renewAt: number;
}

export interface Roster {
  readonly accounts: readonly Account[];
  readonly active: number | null;
  readonly notice: string | null;
}

/** Renewed this long before expiry, so that a request never leaves with a token that dies on the way. */
const MARGIN = 30_000;
const FALLBACK_LIFETIME = 300_000;

/**
 * Who is signed in: in this object and nowhere else, so closing the page signs out. Several accounts may be signed in
 * side by side (a seller's and a buyer's day are told together); one is active, and requests carry its token.
 */
export class Accounts {
  readonly store = new Store<Roster>({ accounts: [], active: null, notice: null });
  readonly #refreshing = new Map<number, Promise<Account | null>>();
  #next = 1;

  constructor(readonly config: Config) {}

  get active(): Account | null {
    const { accounts, active } = this.store.get();
    return accounts.find((account) => account.id === active) ?? null;
  }

  withRole(role: string | null): Account | null {
    if (role === null || this.active?.roles.includes(role)) {
      return this.active;
    }
    return this.store.get().accounts.find((account) => account.roles.includes(role)) ?? null;
  }

  use(id: number | null): void {
    this.store.set({ ...this.store.get(), active: id, notice: null });
  }

  async signIn(values: Readonly<Record<string, string>>): Promise<void> {
    const settings = this.#settings();
    const answer = await post(this.config.endpoint, { query: settings.document, variables: values }, {});
    const accessToken = textAt(answer.data, settings.accessTokenPath);
    if (accessToken === null) {
      throw new Error(answer.errors?.[0]?.message ?? "The answer carries no access token.");
    }
    const account: Account = {
      id: this.#next++,
      name: textAt(answer.data, settings.namePath) ?? typedName(settings, values),
      roles: roles(accessToken, settings.roleClaim),
      accessToken,
      refreshToken: textAt(answer.data, settings.refreshTokenPath),
      renewAt: renewalTime(accessToken, answer, settings.expiresInPath),
    };
    const others = this.store.get().accounts.filter((other) => other.name !== account.name);
    this.store.set({ accounts: [...others, account], active: account.id, notice: null });
    this.#schedule(account);
  }

  signOut(id: number, notice: string | null = null): void {
    const { accounts, active } = this.store.get();
    const left = accounts.filter((account) => account.id !== id);
    this.store.set({ accounts: left, active: active === id ? (left[0]?.id ?? null) : active, notice });
  }

  /** The active account with a token that is good for a while yet. */
  async fresh(): Promise<Account | null> {
    const account = this.active;
    return account !== null && account.renewAt <= Date.now() ? this.refresh(account) : account;
  }

  /** One request for all who wait, however many tabs and timers ask at once. */
  refresh(account: Account): Promise<Account | null> {
    const running = this.#refreshing.get(account.id) ?? this.#renew(account);
    this.#refreshing.set(account.id, running);
    return running.finally(() => this.#refreshing.delete(account.id));
  }

  async #renew(account: Account): Promise<Account | null> {
    const settings = this.#settings().refresh;
    if (settings === null || account.refreshToken === null) {
      this.signOut(account.id, `${account.name} was signed out: the token has expired.`);
      return null;
    }
    const variables = { [settings.variable]: account.refreshToken };
    const answer = await post(this.config.endpoint, { query: settings.document, variables }, {});
    const accessToken = textAt(answer.data, settings.accessTokenPath);
    if (accessToken === null) {
      return this.#notRenewed(account, answer, settings.finalCodes);
    }
    const renewed = {
      ...account,
      accessToken,
      roles: roles(accessToken, this.#settings().roleClaim),
      renewAt: renewalTime(accessToken, answer, settings.expiresInPath),
    };
    const roster = this.store.get();
    const accounts = roster.accounts.map((other) => (other.id === account.id ? renewed : other));
    this.store.set({ ...roster, accounts });
    this.#schedule(renewed);
    return renewed;
  }

  /** A refusal signs out; an outage does not: the refresh token may be good again in a minute. */
  #notRenewed(account: Account, answer: Answer, finalCodes: readonly string[]): Account | null {
    if (!finalCodes.includes(codeOf(answer) ?? "")) {
      return account;
    }
    const reason = answer.errors?.[0]?.message ?? "it was refused.";
    this.signOut(account.id, `${account.name} was signed out: ${reason}`);
    return null;
  }

  #schedule(account: Account): void {
    window.setTimeout(() => {
      const current = this.store.get().accounts.find((other) => other.id === account.id);
      if (current?.accessToken === account.accessToken) {
        this.refresh(current).catch(() => undefined); // offline: the next request tries again and says so
      }
    }, account.renewAt - Date.now());
  }

  #settings(): SignIn {
    if (this.config.signIn === null) {
      throw new Error("This explorer has no sign-in.");
    }
    return this.config.signIn;
  }
}

function renewalTime(token: string, answer: Answer, path: string | null): number {
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

function typedName(settings: SignIn, values: Readonly<Record<string, string>>): string {
  const field = settings.fields.find((candidate) => candidate.type !== "password");
  return (field && values[field.name]) || "signed in";
}
