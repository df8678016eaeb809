import { HISTORY_PLUGIN } from "@graphiql/plugin-history";
import { pick, useGraphiQL, useGraphiQLActions } from "@graphiql/react";
import { GraphiQL } from "graphiql";
import { useEffect, useMemo } from "react";
import { AccountChip } from "./account-chip";
import { Accounts } from "./accounts";
import { accountsPlugin } from "./accounts-panel";
import type { Config, Step } from "./config";
import { fetcher, type World } from "./fetcher";
import { stepFor, takeLink } from "./link";
import { planPlugin } from "./plan-panel";
import { Plans } from "./plans";
import { stepsPlugin, useShow } from "./steps-panel";
import { PageStorage } from "./storage";
import { Store, useStore } from "./store";
import { LINK } from "./templates";
import { useWorld, WorldProvider } from "./world";

export function App({ config }: { config: Config }) {
  const page = useMemo(() => furnish(config), [config]);
  const shown = page.storage.initial?.tabs[page.storage.initial.activeTabIndex];
  return (
    <WorldProvider value={page.world}>
      <GraphiQL
        fetcher={page.fetcher}
        storage={page.storage as unknown as Storage}
        plugins={page.plugins}
        {...(config.sections.length > 0 ? { visiblePlugin: stepsPlugin } : {})}
        {...(shown ? { initialQuery: shown.query ?? "", initialVariables: shown.variables ?? "" } : {})}
        defaultEditorToolsVisibility
        shouldPersistHeaders={false}
        showPersistHeadersSettings={false}
        inputValueDeprecation
        schemaDescription
      >
        <GraphiQL.Logo>
          <AccountChip />
        </GraphiQL.Logo>
        <SchemaOfAccount />
        <RoomForTabs />
        <LinkWhileOpen />
      </GraphiQL>
    </WorldProvider>
  );
}

function furnish(config: Config) {
  const link = takeLink(config);
  const world: World = {
    config,
    accounts: new Accounts(config),
    plans: new Plans(),
    answers: new Store({ [LINK]: link }),
  };
  const plugins = [
    ...(config.sections.length > 0 ? [stepsPlugin] : []),
    ...(config.signIn ? [accountsPlugin] : []),
    ...(config.queryPlan ? [planPlugin] : []),
    HISTORY_PLUGIN,
  ];
  return { world, plugins, storage: new PageStorage(config, stepOfLink(config, link)), fetcher: fetcher(world) };
}

function stepOfLink(config: Config, link: Readonly<Record<string, string>>): Step | undefined {
  const [key] = Object.keys(link);
  return key === undefined ? undefined : stepFor(config, key);
}

/** Who may see the schema can depend on who asks: it is read again when the account changes. */
function SchemaOfAccount() {
  const { accounts } = useWorld();
  const { introspect } = useGraphiQLActions();
  const { active } = useStore(accounts.store);
  useEffect(() => {
    if (active !== null) {
      void introspect();
    }
  }, [active, introspect]);
  return null;
}

/** A link that is opened while the page already is: only the fragment changes, and nothing is loaded again. */
function LinkWhileOpen() {
  const { config, answers } = useWorld();
  const show = useShow();
  useEffect(() => {
    const take = () => {
      const link = takeLink(config);
      const step = stepOfLink(config, link);
      if (step) {
        answers.set({ ...answers.get(), [LINK]: link });
        show(step);
      }
    };
    window.addEventListener("hashchange", take);
    return () => window.removeEventListener("hashchange", take);
  }, [config, answers, show]);
  return null;
}

/** More tabs than room beside an open panel: the active one scrolls into view, and long lines wrap. */
function RoomForTabs() {
  const { activeTabIndex, queryEditor, variableEditor, responseEditor } = useGraphiQL(
    pick("activeTabIndex", "queryEditor", "variableEditor", "responseEditor"),
  );
  useEffect(() => {
    document.getElementById(`graphiql-session-tab-${activeTabIndex}`)?.scrollIntoView({ inline: "nearest" });
  }, [activeTabIndex]);
  useEffect(() => {
    for (const editor of [queryEditor, variableEditor, responseEditor]) {
      // Typographic quotes are text here, not an attack on a program's source.
      editor?.updateOptions({ wordWrap: "on", unicodeHighlight: { ambiguousCharacters: false } });
    }
  }, [queryEditor, variableEditor, responseEditor]);
  return null;
}
