import { steps, type Config, type Step } from "../config";

const UNTITLED = "<untitled>";

/** A tab says what the step is for; one of the person's own says its operation's name. */
export function titleOf(config: Config, tab: { readonly title: string }): string {
  return stepOf(config, tab)?.title ?? (tab.title === UNTITLED ? "New operation" : tab.title);
}

export function stepOf(config: Config, tab: { readonly title: string } | undefined): Step | undefined {
  return steps(config).find((step) => step.operation === tab?.title);
}
