import { pick, useGraphiQL } from "@graphiql/react";
import { SessionEnded } from "../accounts/accounts";
import { useLook } from "../layout/look";
import { failed, type Run } from "../sending/runs";
import { Unbound } from "../sending/templates";
import { useWorld } from "../world";
import { timeZone } from "./moments";
import { durationText, sizeText } from "./sizes";
import { NotSent } from "./not-sent";
import { useRun } from "./use-run";

/** Status, duration and size, and how the answer is shown. */
export function AnswerHead() {
  const { look } = useWorld();
  const { answerAs, localTimes } = useLook();
  const { isFetching } = useGraphiQL(pick("isFetching"));
  const run = useRun();
  return (
    <div className="explorer-answer-head">
      <p className="explorer-status" role="status" aria-label="How the request went">
        {isFetching ? "Waiting for the answer…" : run ? <Measured run={run} /> : "Not run yet"}
      </p>
      <label className="explorer-check" title={`Times as they are in ${timeZone()}`}>
        <input type="checkbox" checked={localTimes} onChange={(event) => look.set({ localTimes: event.target.checked })} />
        Local times
      </label>
      <div className="explorer-choice" role="group" aria-label="Show the answer as">
        {(["json", "table"] as const).map((form) => (
          <button key={form} type="button" aria-pressed={answerAs === form} onClick={() => look.set({ answerAs: form })}>
            {form === "json" ? "JSON" : "Table"}
          </button>
        ))}
      </div>
    </div>
  );
}

function Measured({ run }: { run: Run }) {
  const errors = run.answer?.errors?.length ?? 0;
  return (
    <>
      <span className={failed(run) ? "explorer-bad" : "explorer-good"}>{word(run)}</span>
      {errors > 0 && <span>{errors === 1 ? "1 error" : `${errors} errors`}</span>}
      {run.status !== null && <span>{durationText(run.milliseconds)}</span>}
      {run.status !== null && <span>{sizeText(run.bytes)}</span>}
    </>
  );
}

function word(run: Run): string {
  if (run.status === null) {
    return run.failure instanceof Unbound || run.failure instanceof NotSent || run.failure instanceof SessionEnded ? "Not sent" : "No answer";
  }
  return run.status === 200 ? "200 OK" : String(run.status);
}
