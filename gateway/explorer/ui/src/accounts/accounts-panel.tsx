import { AccountIcon } from "../layout/icons";
import { PANELS } from "../layout/panels";
import type { DemoAccount } from "../config";
import { useStore } from "../store";
import { useWorld } from "../world";
import type { Account } from "./accounts";
import { DemoButton } from "./demo-button";
import { SignInForm } from "./sign-in-form";

export const accountsPlugin = { title: PANELS.accounts, icon: AccountIcon, content: AccountsPanel };

function AccountsPanel() {
  const { config, accounts } = useWorld();
  const { accounts: signedIn, active, chosen, ended } = useStore(accounts.store);
  if (config.signIn === null) {
    return null;
  }
  return (
    <section className="explorer-panel" aria-label={PANELS.accounts}>
      <h2 className="explorer-title">{PANELS.accounts}</h2>
      {ended && <p className="explorer-notice" role="status">The session of {ended.name} has ended: {ended.reason}</p>}
      {signedIn.length > 0 && <p className="explorer-small">{chosen ? "Everything runs as the account you chose." : "Each step runs as an account that it is made for. Choose one here, and all run as that."}</p>}
      <ul className="explorer-accounts">
        {signedIn.map((account) => (
          <SignedIn key={account.id} account={account} active={account.id === active} />
        ))}
        {signedIn.length > 0 && (
          <li className="explorer-account">
            <label>
              <input type="radio" name="account" checked={active === null} readOnly onClick={() => accounts.choose(null)} />
              <span className="explorer-name">Nobody (signed out)</span>
            </label>
          </li>
        )}
      </ul>
      {chosen && signedIn.length > 0 && (
        <p><button type="button" className="explorer-link" onClick={() => accounts.letStepsChoose()}>Let each step choose</button></p>
      )}
      <SignInForm settings={config.signIn} />
      {config.demoAccounts.length > 0 && <DemoAccounts accounts={config.demoAccounts} />}
      <p className="explorer-small">
        Tokens are kept in this page’s memory only: reloading or closing it signs out. Passwords are sent once and
        forgotten.
      </p>
    </section>
  );
}

function SignedIn({ account, active }: { account: Account; active: boolean }) {
  const { accounts } = useWorld();
  return (
    <li className="explorer-account">
      <label>
        {/* A click, not a change: whoever is active already can be chosen too. */}
        <input type="radio" name="account" checked={active} readOnly onClick={() => accounts.choose(account.id)} />
        <span className="explorer-name">
          {account.name}{" "}
          {account.roles.map((role) => (
            <span key={role} className="explorer-badge">{role}</span>
          ))}
        </span>
      </label>
      <button type="button" className="explorer-link" onClick={() => accounts.signOut(account.id)}>
        Sign out
      </button>
    </li>
  );
}

function DemoAccounts({ accounts }: { accounts: readonly DemoAccount[] }) {
  return (
    <>
      <h3 className="explorer-subtitle">Demo accounts</h3>
      <ul className="explorer-demo">
        {accounts.map((account) => (
          <li key={account.label}><DemoButton account={account} /></li>
        ))}
      </ul>
    </>
  );
}
