import { focusFirst } from "../layout/focus";
import { PANELS, useOpenPanel } from "../layout/panels";
import { useStore } from "../store";
import { useWorld } from "../world";

/** Over whatever is in view: a session that ended by itself. */
export function SessionNotice() {
  const { accounts } = useWorld();
  const openPanel = useOpenPanel();
  const { ended } = useStore(accounts.store);
  if (ended === null) {
    return null;
  }
  const signIn = () => {
    openPanel(PANELS.accounts);
    focusFirst(".explorer-part-panel form");
  };
  return (
    <div role="alert" className="explorer-notice-bar ended">
      <span>The session of {ended.name} has ended: {ended.reason}</span>
      <button type="button" className="explorer-button" onClick={signIn}>Sign in again</button>
      <button type="button" className="explorer-link" onClick={() => accounts.dismiss()}>Dismiss</button>
    </div>
  );
}
