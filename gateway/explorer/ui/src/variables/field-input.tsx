import { useId, type ReactNode } from "react";
import { isTemplate } from "../sending/templates";
import type { Path } from "./edits";
import { EnumInput } from "./enum-input";
import type { NamedField } from "./fields";
import { ListInput } from "./list-input";
import { useMark } from "./marked";
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
  readonly "aria-invalid"?: true;
  readonly "aria-describedby"?: string;
}

/** One variable, or one field of an input, with its name. */
export function FieldInput({ field, path, value, change }: InputProps) {
  const id = useId();
  const { field: shape } = field;
  const mark = useMark(path);
  const labelled: Labelled = {
    id,
    "data-variable": path.join("."),
    ...(field.required ? { "aria-required": true } : {}),
    ...(mark ? { "aria-invalid": true, "aria-describedby": `${id}-mark` } : {}),
  };
  const set = (next: unknown) => change(path, next);
  const line = { field, id, mark };
  if (isTemplate(value)) {
    return <Line {...line}><TemplateInput labelled={labelled} shape={shape} template={value} set={set} /></Line>;
  }
  switch (shape.kind) {
    case "object":
      return <ObjectInput field={field} type={shape.type} path={path} value={value} change={change} />;
    case "list":
      return <ListInput field={field} shape={shape} path={path} value={value} change={change} />;
    case "enum":
      return <Line {...line}><EnumInput labelled={labelled} values={shape.values} required={field.required} value={value} set={set} /></Line>;
    default:
      return <Line {...line}><ScalarControl labelled={labelled} shape={shape} required={field.required} value={value} set={set} /></Line>;
  }
}

interface LineProps {
  readonly field: NamedField;
  readonly id: string;
  readonly mark: string | undefined;
  readonly children: ReactNode;
}

function Line({ field, id, mark, children }: LineProps) {
  return (
    <div className="explorer-field">
      <FieldLabel field={field} id={id} />
      {children}
      {mark && <small className="explorer-bad" id={`${id}-mark`}>{mark}</small>}
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
