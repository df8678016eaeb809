import { FieldInput, type InputProps } from "./field-input";
import type { Field, NamedField } from "./fields";

type ListProps = InputProps & { readonly shape: Extract<Field, { kind: "list" }> };

export function ListInput(props: ListProps) {
  return props.shape.item.kind === "enum" ? <Checks {...props} values={props.shape.item.values} /> : <Items {...props} />;
}

/** Which values of an enum are in the list, in the schema's order. */
function Checks({ field, path, value, change, values }: ListProps & { readonly values: readonly string[] }) {
  const chosen = new Set(Array.isArray(value) ? value : []);
  const toggle = (name: string, on: boolean) => change(path, values.filter((other) => (other === name ? on : chosen.has(other))));
  return (
    <fieldset className="explorer-group">
      <Legend field={field} />
      <div className="explorer-checks">
        {values.map((name, index) => (
          <label key={name} className="explorer-check">
            <input
              type="checkbox"
              checked={chosen.has(name)}
              {...(index === 0 ? { "data-variable": path.join(".") } : {})}
              onChange={(event) => toggle(name, event.target.checked)}
            />
            {name}
          </label>
        ))}
      </div>
      <LeaveOut {...{ field, path, value, change }} />
    </fieldset>
  );
}

function Items({ field, shape, path, value, change }: ListProps) {
  const items: readonly unknown[] = Array.isArray(value) ? value : [];
  const item = (index: number): NamedField => ({
    name: `${field.name} ${index + 1}`,
    type: "",
    required: shape.itemRequired,
    description: "",
    field: shape.item,
  });
  return (
    <fieldset className="explorer-group">
      <Legend field={field} />
      {items.map((entry, index) => (
        <div key={index} className="explorer-item">
          <FieldInput field={item(index)} path={[...path, index]} value={entry} change={(at, next) => change(at, next ?? emptyItem(shape.item))} />
          <button type="button" className="explorer-link" aria-label={`Remove ${field.name} ${index + 1}`} onClick={() => change(path, items.filter((_, other) => other !== index))}>
            Remove
          </button>
        </div>
      ))}
      <p className="explorer-actions">
        <button type="button" className="explorer-link" data-variable={path.join(".")} onClick={() => change(path, [...items, emptyItem(shape.item)])}>
          Add to {field.name}
        </button>
        <LeaveOut {...{ field, path, value, change }} />
      </p>
    </fieldset>
  );
}

/** An item is never left out of the middle of a list: it is null, or the emptiest of its kind. */
function emptyItem(shape: Field): unknown {
  switch (shape.kind) {
    case "object":
      return {};
    case "list":
      return [];
    case "scalar":
      return shape.input === "text" || shape.input === "any" || shape.input === "secret" ? "" : null;
    default:
      return null;
  }
}

export function Legend({ field }: { field: NamedField }) {
  return <legend title={field.description || undefined}>{field.name} <code>{field.type}</code></legend>;
}

/** Absent is not the same as empty: what may be absent can be taken out again. */
export function LeaveOut({ field, path, value, change }: InputProps) {
  return field.required || value === undefined ? null : (
    <button type="button" className="explorer-link" onClick={() => change(path, undefined)}>Leave {field.name} out</button>
  );
}
