import { useEffect } from "react";
import { PlanIcon } from "./icons";
import { textAt } from "./path";
import type { PlannedRun } from "./plans";
import { useStore } from "./store";
import { useWorld } from "./world";

export const PLAN = "Query plan";

export const planPlugin = { title: PLAN, icon: PlanIcon, content: PlanPanel };

function PlanPanel() {
  const { plans } = useWorld();
  const run = useStore(plans.store);
  useEffect(() => {
    plans.wanted = true;
    return () => {
      plans.wanted = false;
    };
  }, [plans]);
  return (
    <section className="explorer-panel" aria-label={PLAN}>
      <h2 className="explorer-title">Query plan</h2>
      {run === null ? <p>Run an operation while this panel is open to see how the gateway answers it.</p> : <Run run={run} />}
    </section>
  );
}

function Run({ run }: { run: PlannedRun }) {
  return (
    <>
      <p className="explorer-small">
        {run.operation || "The operation"} took {Math.round(run.milliseconds)} ms, measured in this page.
      </p>
      {run.plan === null ? <NoPlan /> : <pre className="explorer-plan">{text(run.plan)}</pre>}
    </>
  );
}

function NoPlan() {
  return (
    <p>
      The gateway sent no plan. It does so for requests with the header <code>X-Query-Plan: true</code>, which this
      panel adds, unless it runs in production (<code>ENV=prod</code>), where plans are switched off.
    </p>
  );
}

function text(plan: unknown): string {
  return typeof plan === "string" ? plan : (textAt(plan, "text") ?? JSON.stringify(plan, null, 2));
}
