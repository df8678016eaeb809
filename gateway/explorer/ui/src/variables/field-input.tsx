import { useId } from "react";
import { isTemplate } from "../sending/templates";
import type { Path } from "./edits";
import { EnumInput } from "./enum-input";
import type { NamedField } from "./fields";
import { ListInput } from "./list-input";
import { ObjectInput } from "./object-input";
import { ScalarControl } from "./scalar-control";
import { TemplateInput } from "./template-input";

export interface InputProps {
  readonly field: NamedField;
  readonly path: Path;
  readonly value: unknown;
  readonly change: (path: Path, value: unknown) => void;
}

/** What a control needs beside its value: how it is labelled, and where it stands. */
export interface Labelled {
  readonly id: string;
  readonly "data-variable": string;
  readonly "aria-required"?: true;
}

/** One variable, or one field of an input, with its name. */
export function FieldInput({ field, path, value, change }: InputProps) {
  const id = useId();
  const { field: shape } = field;
  const labelled: Labelled = { id, "data-variable": path.join("."), ...(field.required ? { "aria-required": true } : {}) };
  const set = (next: unknown) => change(path, next);
  if (isTemplate(value)) {
    return <Line field={field} id={id}><TemplateInput labelled={labelled} shape={shape} template={value} set={set} /></Line>;
  }
  switch (shape.kind) {
    case "object":
      return <ObjectInput field={field} type={shape.type} path={path} value={value} change={change} />;
    case "list":
      return <ListInput field={field} shape={shape} path={path} value={value} change={change} />;
    case "enum":
      return <Line field={field} id={id}><EnumInput labelled={labelled} values={shape.values} required={field.required} value={value} set={set} /></Line>;
    default:
      return <Line field={field} id={id}><ScalarControl labelled={labelled} shape={shape} required={field.required} value={value} set={set} /></Line>;
  }
}

function Line({ field, id, children }: { field: NamedField; id: string; children: React.ReactNode }) {
  return (
    <div className="explorer-field">
      <FieldLabel field={field} id={id} />
      {children}
    </div>
  );
}

export function FieldLabel({ field, id }: { field: NamedField; id: string }) {
  return (
    <label htmlFor={id} title={field.description || undefined}>
      {field.name} <code>{field.type}</code>
    </label>
  );
}
