import { pick, Tooltip, UnStyledButton, useGraphiQL, useGraphiQLActions } from "@graphiql/react";
import { useOpenPanel } from "./panels";

/** One button for each panel, at the page's side. */
export function Rail() {
  const { setVisiblePlugin } = useGraphiQLActions();
  const openPanel = useOpenPanel();
  const { plugins, visiblePlugin } = useGraphiQL(pick("plugins", "visiblePlugin"));
  return (
    <nav className="graphiql-sidebar explorer-rail" aria-label="Panels">
      {plugins.map((plugin) => {
        const shown = plugin === visiblePlugin;
        const label = `${shown ? "Hide" : "Show"} ${plugin.title}`;
        return (
          <Tooltip key={plugin.title} label={label}>
            <UnStyledButton
              type="button"
              className={shown ? "active" : ""}
              aria-label={label}
              onClick={() => (shown ? setVisiblePlugin(null) : openPanel(plugin.title))}
            >
              <plugin.icon aria-hidden="true" />
            </UnStyledButton>
          </Tooltip>
        );
      })}
    </nav>
  );
}
