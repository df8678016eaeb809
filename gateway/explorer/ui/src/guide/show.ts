import { pick, useGraphiQL, useGraphiQLActions } from "@graphiql/react";
import type { Step } from "../config";
import { useChangeTab } from "../layout/change-tab";
import { PANELS, useOpenPanel } from "../layout/panels";
import type { Content } from "../stored/tabs";
import { isNarrow } from "../layout/look";
import { focusEmptyVariable } from "../variables/focus-variable";

/** Shows a step's tab, and makes it again if it was closed. In a narrow window the guide stays in front. */
export function useShow(): (step: Step) => void {
  const changeTab = useChangeTab();
  const { tabs } = useGraphiQL(pick("tabs"));
  const openTab = useOpenTab();
  const openPanel = useOpenPanel();
  return (step) => {
    const index = tabs.findIndex((tab) => tab.title === step.operation);
    if (index >= 0) {
      changeTab(index);
    } else {
      openTab(step);
    }
    if (isNarrow()) {
      openPanel(PANELS.guide);
    } else if (step.variables.includes('""')) {
      focusEmptyVariable();
    }
  };
}

/** A new tab that is filled already. */
export function useOpenTab(): (content: Content) => void {
  const { addTab, stop } = useGraphiQLActions();
  const { queryEditor, variableEditor } = useGraphiQL(pick("queryEditor", "variableEditor"));
  return (content) => {
    stop(); // what is still on its way belongs to the tab that is left
    addTab();
    queryEditor?.setValue(content.query);
    variableEditor?.setValue(content.variables);
  };
}
