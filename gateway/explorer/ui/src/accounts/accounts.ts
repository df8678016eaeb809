import { codeOf, post, type Answer } from "../sending/client";
import type { Config, SignIn } from "../config";
import { textAt } from "../path";
import { Store } from "../store";
import { renewalTime } from "./lifetime";
import { roles } from "./token";

export interface Account {
  readonly id: number;
  readonly name: string;
  readonly roles: readonly string[];
  readonly accessToken: string;
  readonly refreshToken: string | null;
  /** When the access token is renewed: milliseconds since the epoch, some time before it expires. */
  readonly renewAt: number;
}

/** A session that ended by itself, until the person has seen it. */
export interface Ended {
  readonly name: string;
  readonly reason: string;
}

export interface Roster {
  readonly accounts: readonly Account[];
  readonly active: number | null;
  /** The person chose who requests run as, so that steps do not choose for themselves. */
  readonly chosen: boolean;
  readonly ended: Ended | null;
}

/** Thrown instead of sending what was begun as somebody as nobody. */
export class SessionEnded extends Error {
  constructor(readonly account: string) {
    super(`Not sent: the session of ${account} has ended.`);
  }
}

/**
 * Who is signed in: in this object and nowhere else, so closing the page signs out. Several accounts may be signed in
 * side by side (a seller's and a buyer's day are told together); one is active, and requests carry its token.
 */
export class Accounts {
  readonly store = new Store<Roster>({ accounts: [], active: null, chosen: false, ended: null });
  readonly #refreshing = new Map<number, Promise<Account | null>>();
  /** The account that was last active for a role. */
  readonly #latest = new Map<string, number>();
  #next = 1;

  constructor(readonly config: Config) {}

  get active(): Account | null {
    const { accounts, active } = this.store.get();
    return accounts.find((account) => account.id === active) ?? null;
  }

  /** Who a step for `role` runs as: the chosen account, else the one that last had the role, else the active one. */
  forRole(role: string | null): Account | null {
    const { accounts, chosen } = this.store.get();
    if (chosen || role === null || this.active?.roles.includes(role)) {
      return this.active;
    }
    const able = accounts.filter((account) => account.roles.includes(role));
    return able.find((account) => account.id === this.#latest.get(role)) ?? able.at(-1) ?? this.active;
  }

  takeRole(role: string | null): void {
    const account = this.forRole(role);
    if (account !== null && account !== this.active) {
      this.#activate(account);
    }
  }

  /** A person's own choice: steps keep to it until somebody signs in or `letStepsChoose`. */
  choose(id: number | null): void {
    this.store.set({ ...this.store.get(), active: id, chosen: true, ended: null });
    this.#remember();
  }

  letStepsChoose(): void {
    this.store.set({ ...this.store.get(), chosen: false });
  }

  /** The person has seen that a session ended. */
  dismiss(): void {
    this.store.set({ ...this.store.get(), ended: null });
  }

  async signIn(values: Readonly<Record<string, string>>): Promise<void> {
    const settings = this.#settings();
    const { answer } = await post(this.config.endpoint, { query: settings.document, variables: values }, {});
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
    this.store.set({ ...this.store.get(), accounts: [...others, account], chosen: false, ended: null });
    this.#activate(account);
    this.#schedule(account);
  }

  /** Whoever signs out is followed by nobody: no request runs as somebody who was not chosen. */
  signOut(id: number, ended: Ended | null = null): void {
    const { accounts, active, chosen } = this.store.get();
    const left = accounts.filter((account) => account.id !== id);
    this.store.set({ accounts: left, active: active === id ? null : active, chosen: chosen && active !== id, ended });
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
      this.signOut(account.id, { name: account.name, reason: "The token has expired." });
      return null;
    }
    const variables = { [settings.variable]: account.refreshToken };
    const { answer } = await post(this.config.endpoint, { query: settings.document, variables }, {});
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
    this.signOut(account.id, { name: account.name, reason: answer.errors?.[0]?.message ?? "It was refused." });
    return null;
  }

  #activate(account: Account): void {
    this.store.set({ ...this.store.get(), active: account.id });
    this.#remember();
  }

  #remember(): void {
    const active = this.active;
    active?.roles.forEach((role) => this.#latest.set(role, active.id));
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

function typedName(settings: SignIn, values: Readonly<Record<string, string>>): string {
  const field = settings.fields.find((candidate) => candidate.type !== "password");
  return (field && values[field.name]) || "signed in";
}
