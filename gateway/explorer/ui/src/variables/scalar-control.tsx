import { EnumInput } from "./enum-input";
import type { Labelled } from "./field-input";
import type { Field, ScalarInput } from "./fields";
import { fromLocalInput, toLocalInput } from "./local-moment";
import { timeZone } from "../answer/moments";

interface ScalarProps {
  readonly labelled: Labelled;
  readonly shape: Extract<Field, { kind: "scalar" }>;
  readonly required: boolean;
  readonly value: unknown;
  readonly set: (value: unknown) => void;
}

export function ScalarControl({ labelled, shape, required, value, set }: ScalarProps) {
  const empty = required ? "" : undefined;
  switch (shape.input) {
    case "boolean":
      return <BooleanInput labelled={labelled} required={required} value={value} set={set} />;
    case "number":
      return (
        <input
          {...labelled}
          type="number"
          step={shape.whole ? 1 : "any"}
          value={typeof value === "number" ? value : ""}
          onChange={(event) => set(event.target.value === "" ? undefined : event.target.valueAsNumber)}
        />
      );
    case "moment":
      return <MomentInput labelled={labelled} value={value} set={set} />;
    case "any":
      return <AnyInput labelled={labelled} value={value} set={(next) => set(next === "" ? empty : next)} />;
    default:
      return (
        <input
          {...labelled}
          {...ATTRIBUTES[shape.input]}
          value={value === undefined || value === null ? "" : String(value)}
          onChange={(event) => set(event.target.value === "" ? empty : event.target.value)}
        />
      );
  }
}

const QUIET = { autoComplete: "off", spellCheck: false } as const;

const ATTRIBUTES: Readonly<Record<Exclude<ScalarInput, "boolean" | "number" | "moment" | "any">, React.InputHTMLAttributes<HTMLInputElement>>> = {
  text: { type: "text", ...QUIET },
  decimal: { type: "text", inputMode: "decimal", ...QUIET },
  secret: { type: "password", autoComplete: "new-password" },
  date: { type: "date" },
  time: { type: "time" },
};

function BooleanInput({ labelled, required, value, set }: Omit<ScalarProps, "shape">) {
  const text = typeof value === "boolean" ? String(value) : undefined;
  const choose = (next: unknown) => set(next === undefined ? undefined : next === "true");
  return <EnumInput labelled={labelled} values={["true", "false"]} required={required} value={text} set={choose} />;
}

/** Typed in the reader's own time, sent in UTC. */
function MomentInput({ labelled, value, set }: Pick<ScalarProps, "labelled" | "value" | "set">) {
  const local = toLocalInput(value);
  return (
    <>
      <input
        {...labelled}
        type="datetime-local"
        step={local.length > 16 ? 1 : 60}
        value={local}
        onChange={(event) => set(fromLocalInput(event.target.value) ?? undefined)}
      />
      <small>{timeZone()}{typeof value === "string" && value !== "" ? `, sent as ${value}` : ""}</small>
    </>
  );
}

/** A scalar of which nothing is known: text, unless the JSON already holds something else. */
function AnyInput({ labelled, value, set }: Pick<ScalarProps, "labelled" | "value" | "set">) {
  const isText = value === undefined || value === null || typeof value === "string";
  return (
    <input
      {...labelled}
      {...QUIET}
      type="text"
      value={isText ? (value ?? "") : JSON.stringify(value)}
      onChange={(event) => set(isText ? event.target.value : parsedOrText(event.target.value))}
    />
  );
}

function parsedOrText(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
