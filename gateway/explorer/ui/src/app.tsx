import { DOC_EXPLORER_PLUGIN, DocExplorerStore } from "@graphiql/plugin-doc-explorer";
import { GraphiQLProvider, pick, useGraphiQL, useGraphiQLActions } from "@graphiql/react";
import { useEffect, useLayoutEffect, useMemo } from "react";
import { Accounts } from "./accounts/accounts";
import { accountsPlugin } from "./accounts/accounts-panel";
import type { Config } from "./config";
import { guidePlugin } from "./guide/panel";
import { Progress } from "./guide/progress";
import { History } from "./history/history";
import { historyPlugin } from "./history/panel";
import { Look } from "./layout/look";
import { Page } from "./layout/page";
import { settingsPlugin } from "./layout/settings-panel";
import { planPlugin } from "./plan/panel";
import { Plans } from "./plan/plans";
import { fetcher } from "./sending/fetcher";
import { Runs } from "./sending/runs";
import { LinkWhileOpen } from "./share/link-while-open";
import { takeLink } from "./share/link";
import { PageStorage } from "./stored/storage";
import { Store, useStore } from "./store";
import { useWorld, WorldProvider, type World } from "./world";

export function App({ config }: { config: Config }) {
  const page = useMemo(() => furnish(config), [config]);
  const shown = page.storage.initial?.tabs[page.storage.initial.activeTabIndex];
  return (
    <WorldProvider value={page.world}>
      <GraphiQLProvider
        fetcher={page.fetcher}
        storage={page.storage as unknown as Storage}
        plugins={page.plugins}
        referencePlugin={DOC_EXPLORER_PLUGIN}
        {...(config.sections.length > 0 ? { visiblePlugin: guidePlugin } : {})}
        {...(shown ? { initialQuery: shown.query ?? "", initialVariables: shown.variables ?? "" } : {})}
        shouldPersistHeaders={false}
        inputValueDeprecation
        schemaDescription
      >
        <DocExplorerStore>
          <Page />
          <SchemaOfAccount />
          <TabOfAnswers />
          <EditorOptions />
          <LinkWhileOpen />
        </DocExplorerStore>
      </GraphiQLProvider>
    </WorldProvider>
  );
}

function furnish(config: Config) {
  const link = takeLink(config);
  const world: World = {
    config,
    accounts: new Accounts(config),
    plans: new Plans(),
    progress: new Progress(config, link.values),
    runs: new Runs(),
    history: new History(),
    look: new Look(),
    notice: new Store<string | null>(link.damaged ? "The link is damaged: it names nothing that this page has." : null),
  };
  const plugins = [
    DOC_EXPLORER_PLUGIN,
    ...(config.sections.length > 0 ? [guidePlugin] : []),
    ...(config.signIn ? [accountsPlugin] : []),
    ...(config.queryPlan ? [planPlugin] : []),
    historyPlugin,
    settingsPlugin,
  ];
  const storage = new PageStorage(config, link.operation ?? link.step, link.operation === undefined);
  if (link.operation) {
    world.look.set({ part: "operation" });
  }
  return { world, plugins, storage, fetcher: fetcher(world) };
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

/** Answers go to the tab in view. */
function TabOfAnswers() {
  const { runs } = useWorld();
  const { tabs, activeTabIndex } = useGraphiQL(pick("tabs", "activeTabIndex"));
  const id = tabs[activeTabIndex]?.id ?? "";
  useLayoutEffect(() => {
    runs.tab = id;
  }, [runs, id]);
  return null;
}

function EditorOptions() {
  const { queryEditor, variableEditor, headerEditor, responseEditor } = useGraphiQL(
    pick("queryEditor", "variableEditor", "headerEditor", "responseEditor"),
  );
  useEffect(() => {
    for (const editor of [queryEditor, variableEditor, headerEditor, responseEditor]) {
      // Typographic quotes are text here, not an attack on a program's source.
      editor?.updateOptions({ wordWrap: "on", fontSize: 14, unicodeHighlight: { ambiguousCharacters: false } });
    }
  }, [queryEditor, variableEditor, headerEditor, responseEditor]);
  return null;
}
