import { pick, useGraphiQL, useGraphiQLActions, useOperationsEditorState, useVariablesEditorState } from "@graphiql/react";
import { useMemo, type KeyboardEvent } from "react";
import { useWorld } from "../world";
import { changed, variablesIn, type Path } from "./edits";
import { FieldInput } from "./field-input";
import { variablesOf } from "./fields";
import { Marked, useMarks } from "./marked";

/** The variables as a form. The JSON beside it holds them: the form shows what stands there, and writes there. */
export function VariablesForm() {
  const { schema, variableEditor } = useGraphiQL(pick("schema", "variableEditor"));
  const { run } = useGraphiQLActions();
  const [query] = useOperationsEditorState();
  const [text] = useVariablesEditorState();
  const fields = useMemo(() => variablesOf(query, schema), [query, schema]);
  const values = variablesIn(text);
  const marks = useMarks();
  if (fields === null) {
    return <p className="explorer-empty">The operation has a syntax error; its variables are shown when it is mended.</p>;
  }
  if (fields.length === 0) {
    return <p className="explorer-empty">This operation takes no variables.</p>;
  }
  if (values === null) {
    return <NoJson />;
  }
  const change = (path: Path, value: unknown) => {
    const model = variableEditor?.getModel();
    if (model) {
      variableEditor?.executeEdits("form", [{ range: model.getFullModelRange(), text: changed(text, path, value) }]);
      variableEditor?.pushUndoStop();
    }
  };
  return (
    <Marked value={marks}>
      <div className="explorer-fields" onKeyDown={(event) => runOnControlEnter(event, run)}>
        {fields.map((field) => (
          <FieldInput key={field.name} field={field} path={[field.name]} value={values[field.name]} change={change} />
        ))}
      </div>
    </Marked>
  );
}

function runOnControlEnter(event: KeyboardEvent, run: () => void): void {
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
    event.preventDefault();
    run();
  }
}

function NoJson() {
  const { look } = useWorld();
  return (
    <p className="explorer-empty">
      The variables are not a JSON object.{" "}
      <button type="button" className="explorer-link" onClick={() => look.set({ tool: "json" })}>Mend them as JSON</button>
    </p>
  );
}
