import { DemoButton } from "../accounts/demo-button";
import { focusFirst } from "../layout/focus";
import { PANELS, useOpenPanel } from "../layout/panels";
import { useStore } from "../store";
import { useWorld } from "../world";

/** Who a section's steps run as, or the shortest way to somebody who may run them. */
export function RunsAs({ role }: { role: string }) {
  const { config, accounts } = useWorld();
  const { chosen, accounts: signedIn } = useStore(accounts.store);
  if (config.signIn === null) {
    return null;
  }
  const account = accounts.forRole(role);
  if (account?.roles.includes(role)) {
    return <p className="explorer-runs-as">Runs as <strong>{account.name}</strong></p>;
  }
  if (chosen && signedIn.some((other) => other.roles.includes(role))) {
    return <ChosenOther role={role} name={account?.name ?? "nobody"} />;
  }
  const demo = config.demoAccounts.find((candidate) => candidate.role === role);
  return demo ? <p className="explorer-runs-as"><DemoButton account={demo} verb="Sign in as " /></p> : <SignInHint role={role} />;
}

/** The person chose an account that these steps are not for: it is kept to, and said. */
function ChosenOther({ role, name }: { role: string; name: string }) {
  const { accounts } = useWorld();
  return (
    <p className="explorer-runs-as">
      Runs as <strong>{name}</strong>, as you chose. These steps are for the role {role}.{" "}
      <button type="button" className="explorer-link" onClick={() => accounts.letStepsChoose()}>Let each step choose</button>
    </p>
  );
}

function SignInHint({ role }: { role: string }) {
  const openPanel = useOpenPanel();
  const signIn = () => {
    openPanel(PANELS.accounts);
    focusFirst(".explorer-part-panel form");
  };
  return (
    <p className="explorer-runs-as">
      Needs an account with the role {role}.{" "}
      <button type="button" className="explorer-link" onClick={signIn}>Sign in</button>
    </p>
  );
}
