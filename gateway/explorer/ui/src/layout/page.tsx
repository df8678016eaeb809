import { HeaderEditor, pick, QueryEditor, Spinner, Tooltip, useGraphiQL, useMonaco } from "@graphiql/react";
import type { CSSProperties } from "react";
import { AccountChip } from "../accounts/account-chip";
import { SessionNotice } from "../accounts/session-notice";
import { AnswerPane } from "../answer/answer-pane";
import { VariablesPane } from "../variables/variables-pane";
import { useWorld } from "../world";
import { useLook } from "./look";
import { NoticeBar } from "./notice-bar";
import { usePart } from "./part";
import { Rail } from "./rail";
import { Splitter } from "./splitter";
import { TabStrip } from "./tab-strip";
import { ThumbBar } from "./thumb-bar";
import { Toolbar } from "./toolbar";

/**
 * The page's parts. Side by side where there is room; in narrow windows `data-part` says which one is in view, and the
 * bar at the lower edge changes it (see styles/narrow.css). Only parts scroll: the page never moves.
 */
export function Page() {
  const { splits } = useLook();
  const part = usePart();
  const { visiblePlugin, activeTabIndex } = useGraphiQL(pick("visiblePlugin", "activeTabIndex"));
  const Panel = visiblePlugin?.content;
  const shares = Object.fromEntries(Object.entries(splits).map(([name, share]) => [`--share-${name}`, `${(share * 100).toFixed(2)}%`]));
  return (
    <Tooltip.Provider>
      <div className="graphiql-container explorer-page" data-part={part} style={shares as CSSProperties}>
        <Rail />
        <div className={`explorer-main${Panel ? "" : " alone"}`}>
          {Panel && <aside className="explorer-part-panel graphiql-plugin" aria-label="Panel"><Panel /></aside>}
          {Panel && <Splitter name="panel" label="Width of the panel" upright />}
          <main className="explorer-sessions">
            <header className="explorer-header">
              <TabStrip />
              <AccountChip />
            </header>
            <div className="explorer-session" role="tabpanel" id="explorer-session" aria-labelledby={`explorer-tab-${activeTabIndex}`}>
              <Editors />
              <Splitter name="editors" label="Width of the editors" upright />
              <AnswerPane />
            </div>
          </main>
        </div>
        <ThumbBar />
        <div className="explorer-notices">
          <SessionNotice />
          <NoticeBar />
        </div>
      </div>
    </Tooltip.Provider>
  );
}

function Editors() {
  const hasMonaco = useMonaco((state) => Boolean(state.monaco));
  const { look } = useWorld();
  return (
    <div className="explorer-editors">
      <Toolbar />
      <section className="graphiql-query-editor explorer-part-operation" aria-label="Operation Editor">
        {hasMonaco ? <QueryEditor onClickReference={() => look.set({ part: "panel" })} /> : <Spinner />}
      </section>
      <Splitter name="operation" label="Height of the operation" upright={false} />
      <VariablesPane headers={<HeaderEditor />} />
    </div>
  );
}
