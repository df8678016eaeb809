import { pick, ResponseEditor, Spinner, useGraphiQL } from "@graphiql/react";
import { Banner } from "../guide/banner";
import { useLook } from "../layout/look";
import { AnswerHead } from "./answer-head";
import { AnswerTable } from "./answer-table";
import { useLocalTimes } from "./local-times";
import { useRun } from "./use-run";

/** What came back: how it went, what to do about it where it failed, and the data as JSON or as tables. */
export function AnswerPane() {
  const { isFetching } = useGraphiQL(pick("isFetching"));
  const { answerAs } = useLook();
  const run = useRun();
  useLocalTimes();
  const asTable = answerAs === "table";
  return (
    <section className="graphiql-response explorer-part-answer" aria-label="Answer">
      <AnswerHead />
      {!isFetching && <Banner />}
      <div className="explorer-answer-body">
        {isFetching && <Spinner />}
        {/* Its text would be read aloud whole at every change; the status says how it went. */}
        <ResponseEditor {...{ "aria-live": "off" }} className={asTable ? "hidden" : ""} />
        {asTable && !isFetching && (run?.answer?.data ? <AnswerTable data={run.answer.data} /> : <Empty ran={run !== undefined} />)}
      </div>
    </section>
  );
}

function Empty({ ran }: { ran: boolean }) {
  return <p className="explorer-empty">{ran ? "There is no data to show." : "Run the operation to see its answer."}</p>;
}
