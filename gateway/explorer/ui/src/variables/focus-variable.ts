/** Puts the caret into a variable's field: the one at `path`, else the nearest around it, else the first. */
export function focusVariable(path: string | null): void {
  requestAnimationFrame(() => {
    const fields = Array.from(document.querySelectorAll<HTMLElement>(".explorer-fields [data-variable]"));
    const keys = path === null ? [] : path.split(".");
    const wanted = keys.map((_, index) => keys.slice(0, keys.length - index).join("."));
    const found = wanted.flatMap((name) => fields.filter(({ dataset }) => dataset["variable"] === name || dataset["variable"]?.endsWith(`.${name}`)));
    const field = found[0] ?? fields[0];
    field?.focus({ preventScroll: true });
    reveal(field);
  });
}

/** Scrolls the form and nothing around it. */
function reveal(field: HTMLElement | undefined): void {
  const form = field?.closest(".explorer-form-part");
  if (field && form) {
    form.scrollTop += field.getBoundingClientRect().top - form.getBoundingClientRect().top - form.clientHeight / 3;
  }
}
