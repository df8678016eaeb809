import type { Account, Roster } from "../accounts/accounts";
import { SessionEnded } from "../accounts/accounts";
import { NotSent } from "../answer/not-sent";
import { sectionOf, steps, type Config, type DemoAccount, type Hint, type Step } from "../config";
import type { GraphQLFailure } from "../sending/client";
import type { Run } from "../sending/runs";
import { LINK, references, Unbound } from "../sending/templates";
import { violationsOf } from "../sending/violations";

/** The next step out of a failure: a button. */
export type Action =
  | { readonly kind: "sign-in" }
  | { readonly kind: "demo"; readonly account: DemoAccount }
  | { readonly kind: "use"; readonly account: Account }
  | { readonly kind: "step"; readonly step: Step }
  | { readonly kind: "variables"; readonly path: string | null }
  | { readonly kind: "operation" }
  | { readonly kind: "again" };

/** A failure in the guide's words. */
export interface Advice {
  readonly title: string;
  /** What the server said beyond that, and values that it did not take. */
  readonly details: readonly string[];
  readonly actions: readonly Action[];
}

export interface Circumstances {
  readonly config: Config;
  readonly roster: Roster;
}

type Codes = Readonly<Record<string, (failure: GraphQLFailure, run: Run, at: Circumstances) => Advice>>;

/** What the specification's and most servers' codes ask of a person; a configuration's hints come before. */
const BY_CODE: Codes = {
  UNAUTHENTICATED: (_failure, run, at) => signInFirst(run, at),
  UNAUTHORIZED_FIELD_OR_TYPE: (failure, run, at) => forbidden(failure, run, at),
  FORBIDDEN: (failure, run, at) => forbidden(failure, run, at),
  BAD_USER_INPUT: (failure) => notAccepted(failure),
  NOT_FOUND: (failure, run, at) => ({
    title: "What this step names was not found.",
    details: [failure.message],
    actions: [...sourcesOf(run, at).map(openStep), { kind: "variables", path: null }],
  }),
  GRAPHQL_PARSE_FAILED: (failure) => invalid(failure),
  GRAPHQL_VALIDATION_FAILED: (failure) => invalid(failure),
  RATE_LIMITED: (failure) => ({ title: `Too many requests. ${waiting(failure)}`, details: [failure.message], actions: [{ kind: "again" }] }),
  UNAVAILABLE: (failure) => ({ title: "A part of the system does not answer. Try again.", details: [failure.message], actions: [{ kind: "again" }] }),
  TIMEOUT: (failure) => ({ title: "The answer took too long. Try again.", details: [failure.message], actions: [{ kind: "again" }] }),
};

/** One piece of advice for each kind of failure, the first in full; none where nothing failed. */
export function adviceFor(run: Run | undefined, at: Circumstances): readonly Advice[] {
  if (run === undefined) {
    return [];
  }
  if (run.failure !== null) {
    return [forNoAnswer(run, run.failure, at)];
  }
  const kinds = new Map<string, Advice>();
  for (const failure of run.answer?.errors ?? []) {
    const advice = forError(failure, run, at);
    const same = kinds.get(advice.title);
    const details = Array.from(new Set([...(same?.details ?? []), ...advice.details]));
    kinds.set(advice.title, { ...(same ?? advice), details });
  }
  return Array.from(kinds.values());
}

function forNoAnswer(run: Run, failure: Error, at: Circumstances): Advice {
  if (failure instanceof Unbound) {
    return unbound(failure, at);
  }
  if (failure instanceof SessionEnded) {
    return { title: failure.message, details: at.roster.ended ? [at.roster.ended.reason] : [], actions: waysIn(run, at) };
  }
  if (failure instanceof NotSent) {
    return { title: failure.message, details: [], actions: [{ kind: "variables", path: null }] };
  }
  return { title: failure.message, details: [], actions: [{ kind: "again" }] };
}

function forError(failure: GraphQLFailure, run: Run, at: Circumstances): Advice {
  const code = String(failure.extensions?.["code"] ?? "");
  const hint = hintFor(at.config.hints, code, run.operation);
  if (hint) {
    return { title: hint.text, details: otherThan(failure.message, hint.text), actions: hintActions(hint, run, at) };
  }
  return BY_CODE[code]?.(failure, run, at) ?? { title: failure.message, details: [], actions: [] };
}

function hintFor(hints: readonly Hint[], code: string, operation: string): Hint | undefined {
  const fitting = hints.filter((hint) => hint.codes.includes(code));
  return fitting.find((hint) => hint.operations.includes(operation)) ?? fitting.find((hint) => hint.operations.length === 0);
}

function hintActions(hint: Hint, run: Run, at: Circumstances): Action[] {
  const step = steps(at.config).find(({ operation }) => operation === hint.step);
  const inputs = hint.step === null && !hint.signIn ? [{ kind: "variables", path: null } as const] : [];
  return [...(hint.signIn ? waysIn(run, at) : []), ...(step && step.operation !== run.operation ? [openStep(step)] : []), ...inputs];
}

function unbound({ binding }: Unbound, at: Circumstances): Advice {
  if (binding.sources.includes(LINK)) {
    return {
      title: "This step takes a value from the link in a mail. Open that link, or type the value in.",
      details: [],
      actions: [{ kind: "variables", path: null }],
    };
  }
  const sources = steps(at.config).filter(({ operation }) => binding.sources.includes(operation));
  const names = sources.length > 0 ? sources.map(({ title }) => `“${title}”`) : binding.sources;
  return {
    title: `Run ${names.join(" or ")} first: this step takes a value from its answer.`,
    details: [],
    actions: sources.map(openStep),
  };
}

function signInFirst(run: Run, at: Circumstances): Advice {
  const role = sectionOf(at.config, run.operation)?.role;
  const title = run.account === null ? "Sign in first." : `The server does not take ${run.account}’s token any more. Sign in again.`;
  return { title, details: role ? [`This step is for an account with the role ${role}.`] : [], actions: waysIn(run, at) };
}

function forbidden(failure: GraphQLFailure, run: Run, at: Circumstances): Advice {
  if (run.account === null) {
    return signInFirst(run, at);
  }
  const role = sectionOf(at.config, run.operation)?.role;
  const details = role ? [`This step is for an account with the role ${role}.`] : [];
  return { title: `${run.account} may not do this.`, details: [...details, failure.message], actions: waysIn(run, at) };
}

/** To an account that may run the step: one that is signed in, one of the demo's, or the form. */
function waysIn(run: Run, at: Circumstances): Action[] {
  const { config, roster } = at;
  if (config.signIn === null) {
    return [];
  }
  const role = sectionOf(config, run.operation)?.role ?? null;
  const able = roster.accounts.filter((account) => role !== null && account.roles.includes(role) && account.name !== run.account);
  const demo = able.length > 0 ? undefined : config.demoAccounts.find((account) => role !== null && account.role === role);
  return [
    ...able.map((account) => ({ kind: "use", account }) as const),
    ...(demo ? [{ kind: "demo", account: demo } as const] : []),
    { kind: "sign-in" },
  ];
}

/** Every value that was not taken, with its place: `extensions.violations: [{path, message}]`. */
function notAccepted(failure: GraphQLFailure): Advice {
  const violations = violationsOf(failure);
  const details = violations.map(({ path, message }) => (path ? `${path}: ${message}` : message));
  return {
    title: "The server did not take a value.",
    details: details.length > 0 ? details : [failure.message],
    actions: [{ kind: "variables", path: violations[0]?.path ?? null }],
  };
}

function invalid(failure: GraphQLFailure): Advice {
  return { title: "The operation is not valid.", details: [failure.message], actions: [{ kind: "operation" }] };
}

function waiting(failure: GraphQLFailure): string {
  const seconds = failure.extensions?.["retryAfter"];
  return typeof seconds === "number" ? `Wait ${Math.ceil(seconds)} s and try again.` : "Wait a little and try again.";
}

/** The steps that an operation's variables come from. */
function sourcesOf(run: Run, { config }: Circumstances): Step[] {
  const step = steps(config).find(({ operation }) => operation === run.operation);
  const names = new Set(references(step?.variables ?? "").map(({ operation }) => operation));
  return steps(config).filter(({ operation }) => names.has(operation));
}

function openStep(step: Step): Action {
  return { kind: "step", step };
}

function otherThan(message: string, title: string): string[] {
  return message === title ? [] : [message];
}
