import { isMoment, localTime } from "../answer/moments";
import { bindings, LINK, resolveKnown } from "../sending/templates";
import { useStore } from "../store";
import { useWorld } from "../world";
import type { Labelled } from "./field-input";
import type { Field } from "./fields";

interface TemplateProps {
  readonly labelled: Labelled;
  readonly shape: Field;
  readonly template: string;
  readonly set: (value: unknown) => void;
}

/** `{{…}}`: what it stands for now is shown under it, and a value of one's own can take its place. */
export function TemplateInput({ labelled, shape, template, set }: TemplateProps) {
  const { progress } = useWorld();
  const answers = useStore(progress.store);
  const waiting = bindings(template, answers).some(({ value }) => value === undefined || value === null);
  const value = waiting ? undefined : resolveKnown(template, answers);
  const own = shape.kind === "scalar" && shape.input === "date" && typeof value === "string" ? value.slice(0, 10) : value;
  return (
    <>
      <input {...labelled} type="text" className="explorer-template" value={template} spellCheck={false} autoComplete="off" onChange={(event) => set(event.target.value)} />
      <small>
        {waiting ? "no value yet" : shown(value, template)}{" "}
        <button type="button" className="explorer-link" onClick={() => set(waiting ? emptyOf(shape) : own)}>
          {waiting ? "Type it in" : "Use a value of my own"}
        </button>
      </small>
    </>
  );
}

function shown(value: unknown, template: string): string {
  if (template.includes("{{uuid}}")) {
    return "a new one for every request";
  }
  if (template.includes(`{{${LINK}.`)) {
    return "from the link";
  }
  return isMoment(value) ? `now ${localTime(value)}` : `now ${typeof value === "string" ? value : JSON.stringify(value)}`;
}

function emptyOf(shape: Field): unknown {
  return shape.kind === "scalar" && (shape.input === "text" || shape.input === "secret") ? "" : undefined;
}
