import type { Labelled } from "./field-input";

interface EnumProps {
  readonly labelled: Labelled;
  readonly values: readonly string[];
  readonly required: boolean;
  readonly value: unknown;
  readonly set: (value: unknown) => void;
}

/** A choice; what stands in the JSON and is none of the values stays to be seen. */
export function EnumInput({ labelled, values, required, value, set }: EnumProps) {
  const current = typeof value === "string" ? value : "";
  const foreign = current !== "" && !values.includes(current);
  return (
    <select {...labelled} value={current} onChange={(event) => set(event.target.value === "" ? undefined : event.target.value)}>
      {(!required || current === "") && <option value="">{required ? "choose…" : "not set"}</option>}
      {foreign && <option value={current}>{current}</option>}
      {values.map((name) => <option key={name} value={name}>{name}</option>)}
    </select>
  );
}
