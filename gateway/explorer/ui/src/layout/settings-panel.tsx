import { formatShortcutForOS, KEY_MAP, pick, useGraphiQL, useGraphiQLActions } from "@graphiql/react";
import { useWorld } from "../world";
import { SettingsIcon } from "./icons";
import { PANELS } from "./panels";

export const settingsPlugin = { title: PANELS.settings, icon: SettingsIcon, content: SettingsPanel };

const THEMES = [
  ["As the system", null],
  ["Light", "light"],
  ["Dark", "dark"],
] as const;

const KEYS: readonly (readonly [string, string])[] = [
  ["Run the operation", formatShortcutForOS(KEY_MAP.runQuery.key)],
  ["Prettify", KEY_MAP.prettify.key],
  ["Merge fragments into the operation", KEY_MAP.mergeFragments.key],
  ["Copy the operation", KEY_MAP.copyQuery.key],
  ["Read the schema again", KEY_MAP.refetchSchema.key],
  ["Search in the documentation", formatShortcutForOS(KEY_MAP.searchInDocs.key)],
  ["Into the editor that is framed, and out of it", "Enter, Esc"],
];

function SettingsPanel() {
  return (
    <section className="explorer-panel" aria-label={PANELS.settings}>
      <h2 className="explorer-title">{PANELS.settings}</h2>
      <Themes />
      <Schema />
      <Stored />
      <h3 className="explorer-subtitle">Keys</h3>
      <table className="explorer-table">
        <tbody>
          {KEYS.map(([what, keys]) => <tr key={what}><th scope="row">{what}</th><td>{keys}</td></tr>)}
        </tbody>
      </table>
    </section>
  );
}

function Themes() {
  const { setTheme } = useGraphiQLActions();
  const { theme } = useGraphiQL(pick("theme"));
  return (
    <fieldset className="explorer-group">
      <legend>Colours</legend>
      {THEMES.map(([label, value]) => (
        <label key={label} className="explorer-check">
          <input type="radio" name="theme" checked={theme === value} onChange={() => setTheme(value)} />
          {label}
        </label>
      ))}
    </fieldset>
  );
}

function Schema() {
  const { introspect } = useGraphiQLActions();
  const { isIntrospecting } = useGraphiQL(pick("isIntrospecting"));
  return (
    <p>
      <button type="button" className="explorer-button" disabled={isIntrospecting} onClick={() => void introspect()}>
        {isIntrospecting ? "Reading the schema…" : "Read the schema again"}
      </button>
    </p>
  );
}

function Stored() {
  const { storage } = useGraphiQL(pick("storage"));
  const { notice, history, progress } = useWorld();
  const clear = () => {
    history.clear();
    progress.reset();
    storage.clear();
    notice.set("Nothing of this page is kept in the browser any more.");
  };
  return (
    <p>
      <button type="button" className="explorer-button" onClick={clear}>Forget what this browser keeps</button>
      <span className="explorer-small">Tabs, layout, history and the guide’s ticks. Tokens and passwords never are kept.</span>
    </p>
  );
}
