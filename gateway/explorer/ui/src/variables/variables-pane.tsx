import { pick, useGraphiQL, VariableEditor } from "@graphiql/react";
import type { ReactNode } from "react";
import { useLook, type Tool } from "../layout/look";
import { useWorld } from "../world";
import { VariablesForm } from "./form";

const LABELS: Readonly<Record<Tool, string>> = { form: "Form", json: "JSON", headers: "Headers" };

/** Variables as a form and as JSON, side by side where there is room, and the headers. */
export function VariablesPane({ headers }: { headers: ReactNode }) {
  const { look } = useWorld();
  const { tool } = useLook();
  const { variableEditor } = useGraphiQL(pick("variableEditor"));
  return (
    <section className="explorer-part-variables" aria-label="Variables" data-tool={tool}>
      <div className="explorer-tools">
        <h2 className="explorer-tools-title">Variables</h2>
        <div className="explorer-choice" role="group" aria-label="Show">
          {(["form", "json", "headers"] as const).map((one) => (
            <button key={one} type="button" aria-pressed={tool === one} onClick={() => look.set({ tool: one })}>{LABELS[one]}</button>
          ))}
        </div>
      </div>
      <div className="explorer-tool">
        <div className="explorer-form-part">{variableEditor && <VariablesForm />}</div>
        <div className="explorer-json-part"><VariableEditor aria-label="Variables as JSON" /></div>
        <div className="explorer-headers-part">{headers}</div>
      </div>
    </section>
  );
}
