import { pick, useGraphiQL, useGraphiQLActions } from "@graphiql/react";
import { nameOf } from "../sending/document";

/**
 * Shows another tab. GraphiQL notes what was typed only after a pause, and would show a tab as it was before: so it is
 * noted first, and the tab that is shown already is left alone.
 */
export function useChangeTab(): (index: number) => void {
  const { changeTab, updateActiveTabValues } = useGraphiQLActions();
  const { activeTabIndex, queryEditor, variableEditor, headerEditor } = useGraphiQL(
    pick("activeTabIndex", "queryEditor", "variableEditor", "headerEditor"),
  );
  return (index) => {
    if (index === activeTabIndex) {
      return;
    }
    const query = queryEditor?.getValue() ?? "";
    const name = nameOf(query);
    updateActiveTabValues({
      query,
      variables: variableEditor?.getValue() ?? null,
      headers: headerEditor?.getValue() ?? null,
      ...(name === null ? {} : { operationName: name }),
    });
    changeTab(index);
  };
}
