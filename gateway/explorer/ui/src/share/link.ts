import { steps, type Config, type Step } from "../config";
import { decoded, type Shared } from "./shared";

/** Names in a fragment that are the page's own; all others are a mail's (`#verify=…`). */
const STEP = "step";
const OPERATION = "operation";

/** What a link to this page carries. */
export interface PageLink {
  /** For templates: `{{link.verify}}`. */
  readonly values: Readonly<Record<string, string>>;
  readonly step: Step | undefined;
  readonly operation: Shared | undefined;
  readonly damaged: boolean;
}

/**
 * Takes what came in the fragment of the link that opened the page: fragments reach no server and no log. It is taken
 * out of the address at once, so that neither history nor a copied address carries it.
 */
export function takeLink(config: Config): PageLink {
  const given = new URLSearchParams(location.hash.slice(1));
  const known = Array.from(given).filter(([key]) => key !== STEP && key !== OPERATION && stepFor(config, key) !== undefined);
  const named = given.get(STEP);
  const packed = given.get(OPERATION);
  if (known.length > 0 || named !== null || packed !== null) {
    history.replaceState(null, "", location.pathname + location.search);
  }
  const values = Object.fromEntries(known);
  const step = steps(config).find(({ operation }) => operation === named) ?? stepFor(config, known[0]?.[0]);
  const operation = packed === null ? undefined : (decoded(packed) ?? undefined);
  const damaged = (packed !== null && !operation) || (named !== null && !step);
  return { values, step, operation, damaged };
}

/** The step that a link was made for: the first that takes its value. */
function stepFor(config: Config, key: string | undefined): Step | undefined {
  return key === undefined ? undefined : steps(config).find((step) => step.variables.includes(`{{link.${key}}}`));
}

export function linkToStep(step: Step): string {
  return pageAddress(`${STEP}=${encodeURIComponent(step.operation)}`);
}

export function linkToOperation(packed: string): string {
  return pageAddress(`${OPERATION}=${packed}`);
}

function pageAddress(fragment: string): string {
  return `${location.origin}${location.pathname}#${fragment}`;
}
