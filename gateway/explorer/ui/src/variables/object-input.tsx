import type { GraphQLInputType } from "graphql";
import { FieldInput, type InputProps } from "./field-input";
import { inputFields } from "./fields";
import { LeaveOut, Legend } from "./list-input";

/** An input object: its fields, or the way to begin one where it may be absent. Types may contain themselves. */
export function ObjectInput({ field, type, path, value, change }: InputProps & { readonly type: GraphQLInputType }) {
  const values = typeof value === "object" && value !== null ? (value as Record<string, unknown>) : undefined;
  return (
    <fieldset className="explorer-group">
      <Legend field={field} />
      {values === undefined && !field.required ? (
        <button type="button" className="explorer-link" data-variable={path.join(".")} onClick={() => change(path, {})}>Fill in {field.name}</button>
      ) : (
        inputFields(type).map((inner) => (
          <FieldInput key={inner.name} field={inner} path={[...path, inner.name]} value={values?.[inner.name]} change={change} />
        ))
      )}
      <LeaveOut {...{ field, path, value, change }} />
    </fieldset>
  );
}
