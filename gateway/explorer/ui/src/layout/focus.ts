import { isNarrow } from "./look";

interface Focusable {
  focus(): void;
}

/** Where there is a real keyboard: a touched screen would cover half of itself with one. */
export function focusOperation(editor: Focusable | undefined): void {
  if (!isNarrow()) {
    requestAnimationFrame(() => editor?.focus());
  }
}

/** Puts the caret into the first field of a part that is about to be shown. */
export function focusFirst(selector: string): void {
  requestAnimationFrame(() => {
    document.querySelector<HTMLElement>(`${selector} :is(input, select, textarea):not([type="radio"], :disabled)`)?.focus({ preventScroll: true });
  });
}
