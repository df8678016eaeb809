import { Button } from "@graphiql/react";
import { useState } from "react";
import type { DemoAccount } from "../config";
import { useWorld } from "../world";

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
      {failure && <span className="explorer-failure" role="alert">{failure}</span>}
    </>
  );
}
