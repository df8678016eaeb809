import { pick, useGraphiQL } from "@graphiql/react";
import { useNotSent } from "../answer/not-sent";
import { useRun } from "../answer/use-run";
import { textAt } from "../path";
import { useStore } from "../store";
import { useWorld } from "../world";
import { ActionButton } from "./action-button";
import { adviceFor, type Advice } from "./advice";

/** Above the answer: what went wrong, and the next step out of it. */
export function Banner() {
  const advice = useAdvice();
  useNotSent();
  return advice.length > 0 ? (
    <div className="explorer-banner" role="alert">
      {advice.map((one) => <Told key={one.title} advice={one} />)}
    </div>
  ) : null;
}

export function Told({ advice }: { advice: Advice }) {
  return (
    <div className="explorer-advice">
      <p><strong>{advice.title}</strong></p>
      {advice.details.length === 1 && <p>{advice.details[0]}</p>}
      {advice.details.length > 1 && <ul>{advice.details.map((detail) => <li key={detail}>{detail}</li>)}</ul>}
      {advice.actions.length > 0 && (
        <p className="explorer-actions">
          {advice.actions.map((action, index) => <ActionButton key={index} action={action} />)}
        </p>
      )}
    </div>
  );
}

export function useAdvice(): readonly Advice[] {
  const { config, accounts } = useWorld();
  const run = useRun();
  const roster = useStore(accounts.store);
  const refused = useSchemaRefused();
  if (run === undefined && refused !== null) {
    return [{ title: `No schema is shown: ${refused}`, details: [], actions: config.signIn ? [{ kind: "sign-in" }] : [] }];
  }
  return adviceFor(run, { config, roster });
}

/** Why the server did not show its schema, while there is none. */
function useSchemaRefused(): string | null {
  const { fetchError, schema } = useGraphiQL(pick("fetchError", "schema"));
  if (fetchError === null || schema) {
    return null;
  }
  try {
    const told: unknown = JSON.parse(fetchError);
    return textAt(told, "errors.0.message") ?? textAt(told, "message") ?? fetchError;
  } catch {
    return fetchError;
  }
}
