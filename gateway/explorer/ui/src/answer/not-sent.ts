import { pick, useGraphiQL } from "@graphiql/react";
import { useEffect } from "react";
import { textAt } from "../path";
import { useWorld } from "../world";

/** What GraphiQL itself refuses to send (variables or headers that are no JSON) it says in the answer's JSON only. */
export class NotSent extends Error {}

export function useNotSent(): void {
  const { runs } = useWorld();
  const { tabs, activeTabIndex } = useGraphiQL(pick("tabs", "activeTabIndex"));
  const tab = tabs[activeTabIndex];
  const response = tab?.response ?? "";
  useEffect(() => {
    const message = refusal(response);
    if (tab && message !== null) {
      const failure = new NotSent(message);
      const { operationName, id } = tab;
      runs.end(id, { operation: operationName ?? "", at: Date.now(), milliseconds: 0, account: null, status: null, bytes: 0, answer: null, failure });
    }
  }, [runs, tab?.id, response]); // eslint-disable-line react-hooks/exhaustive-deps -- the tab's other parts do not matter
}

function refusal(response: string): string | null {
  if (!response.includes("Request not sent.")) {
    return null;
  }
  try {
    const message = textAt(JSON.parse(response), "errors.0.message");
    return message?.startsWith("Request not sent.") ? message : null;
  } catch {
    return null;
  }
}
