/**
 * Runs as a script of its own before all others, which make style elements as they load.
 *
 * The page's policy admits <style> elements only with the nonce of this very response. The editor and the dialogs
 * make theirs from script and know nothing of nonces, so every one made here is given it. The nonce is read from an
 * attribute, which browsers hide from selectors: injected CSS could not read it.
 */
const nonce = document.querySelector<HTMLLinkElement>("link[nonce]")?.nonce ?? "";
const create = document.createElement.bind(document);

function createElement(name: string, options?: ElementCreationOptions): HTMLElement {
  const element = create(name, options);
  if (element instanceof HTMLStyleElement) {
    element.nonce = nonce;
  }
  return element;
}

document.createElement = createElement as typeof document.createElement;
