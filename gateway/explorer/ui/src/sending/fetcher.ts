import type { Fetcher, Observable } from "@graphiql/toolkit";
import type { Account } from "../accounts/accounts";
import { SessionEnded } from "../accounts/accounts";
import { sectionOf } from "../config";
import type { World } from "../world";
import { codeOf, post, type Answer, type Operation, type Reply } from "./client";
import { nameOf } from "./document";
import { resolve } from "./templates";

const INTROSPECTION = "IntrospectionQuery";

/** GraphiQL's way to the server: fills in templates, adds the token and, if the panel is open, asks for the plan. */
export function fetcher(world: World): Fetcher {
  return (params, options) => {
    const headers = (options?.headers ?? {}) as Record<string, string>;
    const operation: Operation = { ...params, operationName: nameOf(params.query) ?? params.operationName ?? null };
    if (operation.operationName === INTROSPECTION) {
      return introspect(world, operation, headers) as ReturnType<Fetcher>;
    }
    return cancellable((signal) => run(world, operation, headers, signal)) as ReturnType<Fetcher>;
  };
}

async function introspect(world: World, operation: Operation, headers: Record<string, string>): Promise<Answer> {
  const account = await world.accounts.fresh();
  return (await send(world, account, operation, headers)).answer;
}

async function run(
  world: World,
  operation: Operation,
  headers: Record<string, string>,
  signal: AbortSignal,
): Promise<Answer> {
  const name = operation.operationName ?? "";
  const tab = world.runs.tab;
  const at = Date.now();
  const started = performance.now();
  world.runs.begin(tab);
  world.accounts.takeRole(sectionOf(world.config, name)?.role ?? null);
  const common = { operation: name, at, account: world.accounts.active?.name ?? null };
  try {
    const reply = await exchange(world, operation, headers, signal);
    const milliseconds = performance.now() - started;
    world.plans.record(name, reply.answer, milliseconds);
    world.runs.end(tab, { ...common, ...reply, milliseconds, failure: null });
    if (reply.answer.data && !reply.answer.errors) {
      world.progress.record(name, reply.answer.data);
    }
    return reply.answer;
  } catch (reason) {
    if (!signal.aborted) {
      const failure = reason instanceof Error ? reason : new Error(String(reason));
      const milliseconds = performance.now() - started;
      world.runs.end(tab, { ...common, status: null, bytes: 0, answer: null, milliseconds, failure });
    }
    throw reason;
  } finally {
    const run = world.runs.store.get().get(tab);
    if (run) {
      world.history.record(operation, run);
    }
  }
}

/** As whoever is signed in, or not at all: an operation begun with an account never goes out without one. */
async function exchange(
  world: World,
  operation: Operation,
  headers: Record<string, string>,
  signal: AbortSignal,
): Promise<Reply> {
  const variables = resolve(operation.variables, world.progress.store.get());
  const signedIn = world.accounts.active;
  const account = await world.accounts.fresh();
  if (signedIn !== null && account === null) {
    throw new SessionEnded(signedIn.name);
  }
  const planned = world.plans.wanted ? { ...headers, "x-query-plan": "true" } : headers;
  return send(world, account, { ...operation, variables }, planned, signal);
}

/** A token that the server calls expired is renewed and the request sent once more: it was refused, not executed. */
async function send(
  world: World,
  account: Account | null,
  operation: Operation,
  headers: Record<string, string>,
  signal?: AbortSignal,
): Promise<Reply> {
  const reply = await post(world.config.endpoint, operation, { ...bearer(account), ...headers }, signal);
  if (account === null || !expired(reply.answer)) {
    return reply;
  }
  const renewed = await world.accounts.refresh(account);
  if (renewed === null) {
    throw new SessionEnded(account.name);
  }
  return post(world.config.endpoint, operation, { ...bearer(renewed), ...headers }, signal);
}

function expired(answer: Answer): boolean {
  return codeOf(answer) === "UNAUTHENTICATED" && answer.errors?.[0]?.extensions?.["reason"] === "expired";
}

function bearer(account: Account | null): Record<string, string> {
  return account === null ? {} : { authorization: `Bearer ${account.accessToken}` };
}

/** As an observable, so that GraphiQL's stop button ends the request itself. */
function cancellable(start: (signal: AbortSignal) => Promise<Answer>): Observable<Answer> {
  return {
    subscribe(observer: unknown) {
      const { next, error, complete } = observer as {
        next: (answer: Answer) => void;
        error: (reason: unknown) => void;
        complete: () => void;
      };
      const controller = new AbortController();
      start(controller.signal)
        .then((answer) => {
          next(answer);
          complete();
        })
        .catch((reason: unknown) => (controller.signal.aborted ? undefined : error(plain(reason))));
      return { unsubscribe: () => controller.abort() };
    },
  } as Observable<Answer>;
}

/** GraphiQL prints an error with its stack, which tells a person nothing. */
function plain(reason: unknown): unknown {
  return reason instanceof Error ? { message: reason.message } : reason;
}
