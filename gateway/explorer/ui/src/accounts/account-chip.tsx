import { AccountIcon } from "../layout/icons";
import { focusFirst } from "../layout/focus";
import { PANELS, useOpenPanel } from "../layout/panels";
import { useStore } from "../store";
import { useWorld } from "../world";

/** Beside the tabs: whose API this is, and who the next request runs as. */
export function AccountChip() {
  const { config, accounts } = useWorld();
  const openPanel = useOpenPanel();
  const { ended } = useStore(accounts.store);
  const active = accounts.active;
  const open = () => {
    openPanel(PANELS.accounts);
    if (active === null) {
      focusFirst(".explorer-part-panel form");
    }
  };
  return (
    <div className="explorer-head">
      {config.signIn && (
        <button
          type="button"
          className={`explorer-chip${active ? " signed-in" : ended ? " ended" : ""}`}
          title={active ? "Requests are sent as this account" : "Requests are sent without an account"}
          onClick={open}
        >
          <AccountIcon />
          <span>{active ? active.name : ended ? "Sign in again" : "Sign in"}</span>
        </button>
      )}
      <span className="explorer-brand">{config.title}</span>
    </div>
  );
}
