import type { Config, Step } from "../config";
import { steps } from "../config";
import { uuid } from "../random";
import { nameOf } from "../sending/document";
import { variablesIn } from "../variables/edits";
import { mayHoldSecrets, mutates, withoutSecretLiterals, withoutSecretVariables } from "./secrets";

/** A tab as GraphiQL writes it to its storage. */
interface Tab {
  readonly id: string;
  readonly hash: string | null;
  readonly title: string;
  readonly operationName: string | null;
  readonly query: string | null;
  readonly variables: string | null;
  readonly headers: string | null;
  readonly response: string | null;
}

export interface Tabs {
  readonly activeTabIndex: number;
  readonly tabs: readonly Tab[];
}

/**
 * The tabs without what must not outlive the page: headers and answers never; a mutation's variables never, for
 * passwords are typed there; the text of a mutation only when it holds no string literal; of a query neither literals
 * nor variables that are called like secrets.
 */
export function withoutSecrets(state: Tabs): Tabs {
  const tabs = state.tabs.map((tab) => {
    const query = tab.query === null || mayHoldSecrets(tab.query) ? null : (withoutSecretLiterals(tab.query, () => "") ?? tab.query);
    const variables = query === null || mutates(query) ? null : openVariables(tab.variables, query);
    return { ...tab, hash: null, query, variables, headers: null, response: null };
  });
  return { ...state, tabs };
}

/** As they were written, unless there is something to leave out; null: nobody can tell. */
function openVariables(text: string | null, query: string): string | null {
  const values = variablesIn(text ?? "");
  if (values === null) {
    return null;
  }
  const open = withoutSecretVariables(values, query);
  return JSON.stringify(open) === JSON.stringify(values) ? text : JSON.stringify(open, null, 2);
}

/**
 * What was stored, completed from the configuration; after a change of the configuration its tabs as they are now.
 * null: nothing stored and nothing configured.
 */
export function restored(stored: Tabs | null, unchanged: boolean, config: Config): Tabs | null {
  const known = new Map(steps(config).map((step) => [step.operation, step]));
  const kept = (stored?.tabs ?? []).filter((tab) => tab.query !== null || known.has(tab.title));
  if (stored !== null && unchanged && kept.length > 0) {
    const tabs = kept.map((tab) => completed(tab, known.get(tab.title)));
    return { tabs, activeTabIndex: Math.min(Math.max(stored.activeTabIndex, 0), tabs.length - 1) };
  }
  const own = kept.filter((tab) => !known.has(tab.title));
  const tabs = [...Array.from(known.values(), tabOf), ...own];
  return tabs.length > 0 ? { tabs, activeTabIndex: 0 } : null;
}

/** What fills a tab: a step as it was configured, or an operation from a link. */
export interface Content {
  readonly query: string;
  readonly variables: string;
}

/** The same tabs with one of this content as the active one: the operation's own, unless it was changed since. */
export function opened(state: Tabs, content: Content, isStep = true): Tabs {
  const title = titleOf(content);
  const index = state.tabs.findIndex((tab) => (isStep ? tab.title === title : same(tab, content)));
  const activeTabIndex = index < 0 ? state.tabs.length : index;
  const tabs = [...state.tabs];
  tabs[activeTabIndex] = tabOf(content);
  return { tabs, activeTabIndex };
}

function same(tab: Tab, { query, variables }: Content): boolean {
  return tab.query === query && (tab.variables ?? "") === variables;
}

function titleOf({ query }: Content): string {
  return nameOf(query) ?? "<untitled>";
}

function tabOf(content: Content): Tab {
  const { query, variables } = content;
  const title = titleOf(content);
  return { id: uuid(), hash: null, title, operationName: nameOf(query), query, variables, headers: null, response: null };
}

function completed(tab: Tab, step: Step | undefined): Tab {
  if (step === undefined) {
    return tab;
  }
  return {
    ...tab,
    query: tab.query ?? step.query,
    variables: tab.variables ?? step.variables,
  };
}
