import { pick, useGraphiQL } from "@graphiql/react";
import { useEffect } from "react";
import { useLook } from "../layout/look";
import { isMoment, localTime } from "./moments";

const QUOTED = /"(\d{4}-\d\d-\d\dT[^"]{1,20})"/g;

/** Beside each moment of the JSON what it is where the reader is. The text itself stays as it was sent. */
export function useLocalTimes(): void {
  const { responseEditor } = useGraphiQL(pick("responseEditor"));
  const { localTimes } = useLook();
  useEffect(() => {
    const model = responseEditor?.getModel();
    if (!responseEditor || !model || !localTimes) {
      return undefined;
    }
    const notes = responseEditor.createDecorationsCollection();
    const note = () => {
      const found = Array.from(model.getValue().matchAll(QUOTED)).filter((match) => isMoment(match[1]));
      notes.set(found.map((match) => {
        const { lineNumber, column } = model.getPositionAt(match.index + match[0].length);
        return {
          range: { startLineNumber: lineNumber, startColumn: column, endLineNumber: lineNumber, endColumn: column },
          options: { showIfCollapsed: true, after: { content: `  ${localTime(match[1]!)}`, inlineClassName: "explorer-local-time" } },
        };
      }));
    };
    note();
    const watching = model.onDidChangeContent(note);
    return () => {
      watching.dispose();
      notes.clear();
    };
  }, [responseEditor, localTimes]);
}
