import { pick, useGraphiQL, useGraphiQLActions } from "@graphiql/react";
import { DemoButton } from "../accounts/demo-button";
import { focusFirst, focusOperation } from "../layout/focus";
import { PANELS, useOpenPanel } from "../layout/panels";
import { focusVariable } from "../variables/focus-variable";
import { useWorld } from "../world";
import type { Action } from "./advice";
import { useShow } from "./show";

export function ActionButton({ action }: { action: Action }) {
  const perform = useAction();
  if (action.kind === "demo") {
    return <DemoButton account={action.account} verb="Sign in as " />;
  }
  return (
    <button type="button" className="explorer-button" onClick={() => perform(action)}>{labelOf(action)}</button>
  );
}

function labelOf(action: Exclude<Action, { kind: "demo" }>): string {
  switch (action.kind) {
    case "sign-in":
      return "Sign in";
    case "use":
      return `Use ${action.account.name}`;
    case "step":
      return `Open “${action.step.title}”`;
    case "variables":
      return "Change the variables";
    case "operation":
      return "Change the operation";
    case "again":
      return "Run again";
  }
}

function useAction(): (action: Exclude<Action, { kind: "demo" }>) => void {
  const { accounts, look } = useWorld();
  const { run } = useGraphiQLActions();
  const { queryEditor } = useGraphiQL(pick("queryEditor"));
  const openPanel = useOpenPanel();
  const show = useShow();
  return (action) => {
    switch (action.kind) {
      case "sign-in":
        openPanel(PANELS.accounts);
        return focusFirst(".explorer-part-panel form");
      case "use":
        return accounts.choose(action.account.id);
      case "step":
        return show(action.step);
      case "variables":
        look.set({ part: "variables" });
        return focusVariable(action.path);
      case "operation":
        look.set({ part: "operation" });
        return focusOperation(queryEditor);
      case "again":
        return run();
    }
  };
}
