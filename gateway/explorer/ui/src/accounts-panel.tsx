import { Button, pick, useGraphiQL } from "@graphiql/react";
import { useState, type FormEvent } from "react";
import type { Account } from "./accounts";
import type { DemoAccount, SignIn } from "./config";
import { AccountIcon } from "./icons";
import { textAt } from "./path";
import { useStore } from "./store";
import { useWorld } from "./world";

export const ACCOUNTS = "Accounts";

export const accountsPlugin = { title: ACCOUNTS, icon: AccountIcon, content: AccountsPanel };

function AccountsPanel() {
  const { config, accounts } = useWorld();
  const { accounts: signedIn, active, notice } = useStore(accounts.store);
  if (config.signIn === null) {
    return null;
  }
  return (
    <section className="explorer-panel" aria-label={ACCOUNTS}>
      <h2 className="explorer-title">Accounts</h2>
      {notice && <p className="explorer-notice" role="status">{notice}</p>}
      <SchemaRefused />
      <ul className="explorer-accounts">
        {signedIn.map((account) => (
          <SignedIn key={account.id} account={account} active={account.id === active} />
        ))}
        {signedIn.length > 0 && (
          <li className="explorer-account">
            <label>
              <input type="radio" name="account" checked={active === null} onChange={() => accounts.use(null)} />
              <span className="explorer-name">Nobody (signed out)</span>
            </label>
          </li>
        )}
      </ul>
      <SignInForm settings={config.signIn} />
      {config.demoAccounts.length > 0 && <DemoAccounts accounts={config.demoAccounts} />}
      <p className="explorer-small">
        Tokens are kept in this page’s memory only: reloading or closing it signs out. Passwords are sent once and
        forgotten.
      </p>
    </section>
  );
}

/** The documentation panel says only that there is no schema; the server said why, and signing in may be the remedy. */
function SchemaRefused() {
  const { fetchError } = useGraphiQL(pick("fetchError"));
  const reason = fetchError === null ? null : textAt(parsed(fetchError), "errors.0.message");
  return reason && <p className="explorer-notice">No schema is shown: {reason}</p>;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function SignedIn({ account, active }: { account: Account; active: boolean }) {
  const { accounts } = useWorld();
  return (
    <li className="explorer-account">
      <label>
        <input type="radio" name="account" checked={active} onChange={() => accounts.use(account.id)} />
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

function SignInForm({ settings }: { settings: SignIn }) {
  const { accounts } = useWorld();
  const [failure, setFailure] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);

  async function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const form = event.currentTarget;
    const typed = new FormData(form);
    setBusy(true);
    setFailure(null);
    try {
      await accounts.signIn(Object.fromEntries(settings.fields.map(({ name }) => [name, String(typed.get(name) ?? "")])));
      form.reset();
    } catch (reason) {
      setFailure(reason instanceof Error ? reason.message : String(reason));
    } finally {
      setBusy(false);
    }
  }

  return (
    <form className="explorer-form" onSubmit={(event) => void submit(event)}>
      {settings.fields.map(({ name, label, type }) => (
        <label key={name}>
          <span>{label}</span>
          <input name={name} type={type} required autoComplete={type === "password" ? "current-password" : "username"} />
        </label>
      ))}
      {failure && <p className="explorer-failure" role="alert">{failure}</p>}
      <Button type="submit" disabled={busy}>{busy ? "Signing in…" : "Sign in"}</Button>
    </form>
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

export function DemoButton({ account, verb = "" }: { account: DemoAccount; verb?: string }) {
  const { accounts } = useWorld();
  const [failure, setFailure] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);

  async function signIn() {
    setBusy(true);
    setFailure(null);
    try {
      await accounts.signIn(account.values);
    } catch (reason) {
      setFailure(reason instanceof Error ? reason.message : String(reason));
    } finally {
      setBusy(false);
    }
  }

  return (
    <>
      <Button type="button" disabled={busy} onClick={() => void signIn()}>{`${verb}${account.label}`}</Button>
      {failure && <p className="explorer-failure" role="alert">{failure}</p>}
    </>
  );
}
