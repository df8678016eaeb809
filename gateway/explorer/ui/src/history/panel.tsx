import { localTime } from "../answer/moments";
import { durationText } from "../answer/sizes";
import { HistoryIcon } from "../layout/icons";
import { PANELS } from "../layout/panels";
import { titleOf } from "../layout/titles";
import { useOpenTab } from "../guide/show";
import { useStore } from "../store";
import { useWorld } from "../world";
import type { Entry } from "./history";

export const historyPlugin = { title: PANELS.history, icon: HistoryIcon, content: HistoryPanel };

function HistoryPanel() {
  const { history } = useWorld();
  const entries = useStore(history.store);
  return (
    <section className="explorer-panel" aria-label={PANELS.history}>
      <h2 className="explorer-title">{PANELS.history}</h2>
      {entries.length === 0 && <p>Nothing was run yet.</p>}
      <ol className="explorer-history">
        {entries.map((entry) => <li key={`${entry.at} ${entry.operation}`}><Line entry={entry} /></li>)}
      </ol>
      {entries.length > 0 && (
        <p><button type="button" className="explorer-link" onClick={() => history.clear()}>Clear the history</button></p>
      )}
      <p className="explorer-small">
        Kept until this browser tab is closed. Mutations that take passwords or tokens are not kept.
      </p>
    </section>
  );
}

function Line({ entry }: { entry: Entry }) {
  const { config, look } = useWorld();
  const openTab = useOpenTab();
  const open = () => {
    openTab(entry);
    look.set({ part: "operation" });
  };
  return (
    <button type="button" className="explorer-entry" onClick={open} title="Open it in a new tab">
      <strong>{titleOf(config, { title: entry.operation || "<untitled>" })}</strong>
      <span className="explorer-small">
        <time dateTime={new Date(entry.at).toISOString()}>{localTime(entry.at)}</time>
        {" · "}
        <span className={entry.failed ? "explorer-bad" : "explorer-good"}>{entry.status ?? "no answer"}{entry.failed && entry.status === 200 ? " with errors" : ""}</span>
        {" · "}{durationText(entry.milliseconds)}
      </span>
      {entry.variables && <code>{entry.variables.replaceAll(/\s+/g, " ")}</code>}
    </button>
  );
}
