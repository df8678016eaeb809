import { useGraphiQLActions } from "@graphiql/react";
import { ACCOUNTS } from "./accounts-panel";
import { AccountIcon } from "./icons";
import { useStore } from "./store";
import { useWorld } from "./world";

/** Beside the tabs: whose API this is, and who the next request runs as. */
export function AccountChip() {
  const { config, accounts } = useWorld();
  const { setVisiblePlugin } = useGraphiQLActions();
  useStore(accounts.store);
  const active = accounts.active;
  return (
    <div className="explorer-head">
      {config.signIn && (
        <button
          type="button"
          className={`explorer-chip${active ? " signed-in" : ""}`}
          title={active ? "Requests are sent as this account" : "Requests are sent without an account"}
          onClick={() => setVisiblePlugin(ACCOUNTS)}
        >
          <AccountIcon />
          {active ? active.name : "Sign in"}
        </button>
      )}
      <span className="explorer-brand">{config.title}</span>
    </div>
  );
}
