import { OWN_KEYS, passing } from "../stored/browser";
import { mayHoldSecrets, mutates, secretVariables, withoutSecretVariables } from "../stored/secrets";
import { parsed } from "../sending/document";
import type { Operation } from "../sending/client";
import { failed, type Run } from "../sending/runs";
import { Store } from "../store";

const MOST = 50;

export interface Entry {
  readonly at: number;
  readonly operation: string;
  readonly query: string;
  /** JSON, as it was typed: templates, not what they stood for. */
  readonly variables: string;
  readonly milliseconds: number;
  readonly status: number | null;
  readonly failed: boolean;
}

/**
 * What was run, newest first, for as long as the browser's tab lives. A mutation that takes a secret, or that has a
 * text written into it, leaves no entry; of a query the variables that are called like secrets are left out.
 */
export class History {
  readonly store = new Store<readonly Entry[]>(kept());

  record(operation: Operation, run: Run): void {
    const { query } = operation;
    const typed = (operation.variables ?? {}) as Record<string, unknown>;
    if (isSecret(query, typed)) {
      return;
    }
    const variables = withoutSecretVariables(typed, query);
    const entry: Entry = {
      at: run.at,
      operation: run.operation,
      query,
      variables: Object.keys(variables).length > 0 ? JSON.stringify(variables, null, 2) : "",
      milliseconds: run.milliseconds,
      status: run.status,
      failed: failed(run),
    };
    this.#keep([entry, ...this.store.get()].slice(0, MOST));
  }

  clear(): void {
    this.#keep([]);
  }

  #keep(entries: readonly Entry[]): void {
    this.store.set(entries);
    passing.write(OWN_KEYS.history, JSON.stringify(entries));
  }
}

function isSecret(query: string, variables: Readonly<Record<string, unknown>>): boolean {
  if (mayHoldSecrets(query)) {
    return true;
  }
  const document = parsed(query);
  const cleaned = withoutSecretVariables(variables, query);
  const takesSecrets = document !== null && secretVariables(document).size > 0;
  return mutates(query) && (takesSecrets || JSON.stringify(cleaned) !== JSON.stringify(variables));
}

function kept(): readonly Entry[] {
  try {
    const entries: unknown = JSON.parse(passing.read(OWN_KEYS.history) ?? "[]");
    return Array.isArray(entries) ? (entries as Entry[]) : [];
  } catch {
    return [];
  }
}
