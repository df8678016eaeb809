import { steps, type Config, type Step } from "./config";

/**
 * What came in the fragment of the link that opened the page (`#verify=…`, in a mail): fragments reach no server and no
 * log. It is taken out of the address at once, so that neither history nor a copied address carries it.
 */
export function takeLink(config: Config): Readonly<Record<string, string>> {
  const values = Object.fromEntries(new URLSearchParams(location.hash.slice(1)));
  const known = Object.entries(values).filter(([key]) => stepFor(config, key) !== undefined);
  if (known.length > 0) {
    history.replaceState(null, "", location.pathname + location.search);
  }
  return Object.fromEntries(known);
}

/** The step that a link was made for: the first that takes its value. */
export function stepFor(config: Config, key: string): Step | undefined {
  return steps(config).find((step) => step.variables.includes(`{{link.${key}}}`));
}
