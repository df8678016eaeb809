import { Button } from "@graphiql/react";
import { useState, type FormEvent } from "react";
import type { SignIn } from "../config";
import { useWorld } from "../world";

export function SignInForm({ settings }: { settings: SignIn }) {
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
    <form className="explorer-form" aria-label="Sign in" onSubmit={(event) => void submit(event)}>
      {settings.fields.map(({ name, label, type }) => (
        <label key={name}>
          <span>{label}</span>
          <input name={name} type={type} required readOnly={busy} autoComplete={type === "password" ? "current-password" : "username"} />
        </label>
      ))}
      {failure && <p className="explorer-failure" role="alert">{failure}</p>}
      <Button type="submit" disabled={busy}>{busy ? "Signing in…" : "Sign in"}</Button>
    </form>
  );
}
