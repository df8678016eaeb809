import { pick, tryParseJSONC, useGraphiQL } from "@graphiql/react";
import { sectionOf } from "../config";
import { stepOf } from "../layout/titles";
import { LINK, resolveKnown } from "../sending/templates";
import { withoutTokens } from "./tokens";
import { useWorld } from "../world";
import { copyText } from "./clipboard";
import { curlOf } from "./curl";
import { linkToOperation, linkToStep } from "./link";
import { encoded, shareable } from "./shared";

const NOT_PARSED = "Not copied: the operation has a syntax error, so nobody can tell which of its texts are secret.";

/** What can be copied of the tab in view, each saying what it did. */
export function useCopies() {
  const { config, accounts, progress, notice } = useWorld();
  const { tabs, activeTabIndex, queryEditor, variableEditor, headerEditor } = useGraphiQL(
    pick("tabs", "activeTabIndex", "queryEditor", "variableEditor", "headerEditor"),
  );
  const query = () => queryEditor?.getValue() ?? "";

  async function copy(text: string | null, said: string): Promise<void> {
    if (text === null) {
      notice.set(NOT_PARSED);
      return;
    }
    notice.set((await copyText(withoutTokens(text, accounts.store.get().accounts))) ? said : "The browser does not let the page copy.");
  }

  return {
    operation: () => copy(query(), "Copied the operation."),

    curl() {
      const variables = objectIn(variableEditor?.getValue());
      const headers = objectIn(headerEditor?.getValue());
      if (variables === null || headers === null) {
        notice.set("Not copied: the variables or the headers are not JSON.");
        return Promise.resolve();
      }
      const { [LINK]: _secret, ...answers } = progress.store.get();
      const authorized = accounts.active !== null || Boolean(sectionOf(config, tabs[activeTabIndex]?.title)?.role);
      const text = curlOf({
        url: new URL(config.endpoint, location.href).href,
        query: query(),
        variables: resolveKnown(variables, answers) as Record<string, unknown>,
        headers: headers as Record<string, string>,
        authorized,
      });
      return copy(text, authorized ? "Copied as curl. Put an access token in $TOKEN; it is not in the text." : "Copied as curl.");
    },

    link() {
      const step = stepOf(config, tabs[activeTabIndex]);
      const text = variableEditor?.getValue() ?? "";
      if (step && step.query === query() && step.variables === text) {
        return copy(linkToStep(step), "Copied a link to this step.");
      }
      const variables = objectIn(text);
      if (variables === null) {
        notice.set("Not copied: the variables are not JSON.");
        return Promise.resolve();
      }
      const shared = shareable(query(), variables);
      return copy(shared && linkToOperation(encoded(shared)), "Copied a link to this operation, without headers, passwords and tokens.");
    },
  };
}

function objectIn(text: string | undefined): Record<string, unknown> | null {
  try {
    return tryParseJSONC(text ?? "") ?? {};
  } catch {
    return null;
  }
}
