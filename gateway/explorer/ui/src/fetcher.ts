import type { Fetcher, Observable } from "@graphiql/toolkit";
import { Kind, parse, type DefinitionNode, type OperationDefinitionNode } from "graphql";
import { codeOf, post, type Answer, type Operation } from "./client";
import { sectionOf, type Config } from "./config";
import type { Plans } from "./plans";
import type { Account, Accounts } from "./accounts";
import { Store } from "./store";
import { resolve, type Answers } from "./templates";

const INTROSPECTION = "IntrospectionQuery";

/** What the page's parts share for one run of an operation. */
export interface World {
  readonly config: Config;
  readonly accounts: Accounts;
  readonly plans: Plans;
  /** The latest good answer of each operation, for the templates of later ones. */
  readonly answers: Store<Answers>;
}

/** GraphiQL's way to the server: fills in templates, adds the token and, if the panel is open, asks for the plan. */
export function fetcher(world: World): Fetcher {
  return (params, options) => {
    const headers = (options?.headers ?? {}) as Record<string, string>;
    const operation: Operation = { ...params, operationName: nameOf(params.query) ?? params.operationName ?? null };
    if (operation.operationName === INTROSPECTION) {
      return send(world, operation, headers) as ReturnType<Fetcher>;
    }
    return cancellable((signal) => run(world, operation, headers, signal)) as ReturnType<Fetcher>;
  };
}

async function run(
  world: World,
  operation: Operation,
  headers: Record<string, string>,
  signal: AbortSignal,
): Promise<Answer> {
  const name = operation.operationName ?? "";
  takeRole(world, name);
  const variables = resolve(operation.variables, world.answers.get());
  const started = performance.now();
  const planned = world.plans.wanted ? { ...headers, "x-query-plan": "true" } : headers;
  const answer = await send(world, { ...operation, variables }, planned, signal);
  world.plans.record(name, answer, performance.now() - started);
  if (answer.data && !answer.errors) {
    world.answers.set({ ...world.answers.get(), [name]: answer.data });
  }
  return answer;
}

/** The only operation's name: GraphiQL's own notion lags behind for a moment when the tab changes. */
function nameOf(query: string): string | null {
  try {
    const operations = parse(query, { noLocation: true }).definitions.filter(isOperation);
    return operations.length === 1 ? (operations[0]?.name?.value ?? null) : null;
  } catch {
    return null;
  }
}

function isOperation(definition: DefinitionNode): definition is OperationDefinitionNode {
  return definition.kind === Kind.OPERATION_DEFINITION;
}

/** A step made for a role runs as an account that has it, if one is signed in; the page shows which. */
function takeRole(world: World, operation: string): void {
  const account = world.accounts.withRole(sectionOf(world.config, operation)?.role ?? null);
  if (account !== null && account !== world.accounts.active) {
    world.accounts.use(account.id);
  }
}

/** A token that the server calls expired is renewed and the request sent once more: it was refused, not executed. */
async function send(
  world: World,
  operation: Operation,
  headers: Record<string, string>,
  signal?: AbortSignal,
): Promise<Answer> {
  const account = await world.accounts.fresh();
  const answer = await post(world.config.endpoint, operation, { ...bearer(account), ...headers }, signal);
  if (account === null || !expired(answer)) {
    return answer;
  }
  const renewed = await world.accounts.refresh(account);
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
