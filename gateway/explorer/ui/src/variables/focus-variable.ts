/** Puts the caret into a variable's field: the one at `path`, else one of its name, or around it, else the first. */
export function focusVariable(path: string | null): void {
  requestAnimationFrame(() => {
    const fields = Array.from(document.querySelectorAll<HTMLElement>(".explorer-fields [data-variable]"));
    const keys = path === null ? [] : path.split(".");
    const ends = keys.map((_, index) => keys.slice(index).join("."));
    const wanted = [...ends, ...keys.map((_, index) => keys.slice(0, keys.length - index).join("."))];
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

/** What a step asks a person to type: the first field that is shown empty though it is required. */
export function focusEmptyVariable(): void {
  requestAnimationFrame(() =>
    requestAnimationFrame(() => {
      const fields = Array.from(document.querySelectorAll<HTMLInputElement>('.explorer-fields [aria-required="true"]'));
      const empty = fields.find((field) => field.value === "" && field.checkVisibility());
      empty?.focus({ preventScroll: true });
      reveal(empty);
    }),
  );
}
