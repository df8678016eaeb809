import { useEffect } from "react";
import { durationText } from "../answer/sizes";
import { PlanIcon } from "../layout/icons";
import { PANELS } from "../layout/panels";
import { titleOf } from "../layout/titles";
import { useStore } from "../store";
import { useWorld } from "../world";
import { PlanPicture } from "./picture";
import type { Plan, PlannedRun } from "./plans";
import { total } from "./waves";

export const planPlugin = { title: PANELS.plan, icon: PlanIcon, content: PlanPanel };

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
    <section className="explorer-panel" aria-label={PANELS.plan}>
      <h2 className="explorer-title">{PANELS.plan}</h2>
      {run === null ? <p>Run an operation while this panel is open to see how the gateway answers it.</p> : <Run run={run} />}
    </section>
  );
}

function Run({ run }: { run: PlannedRun }) {
  const { config } = useWorld();
  const { plan, milliseconds, operation } = run;
  return (
    <>
      <p><strong>{titleOf(config, { title: operation || "<untitled>" })}</strong></p>
      <p className="explorer-small">
        {plan !== null && plan.fetches.length > 0 && `${durationText(total(plan.fetches))} in the gateway’s fetches, `}
        {durationText(milliseconds)} measured in this page.
      </p>
      {plan === null ? <NoPlan /> : <Drawn plan={plan} />}
    </>
  );
}

function Drawn({ plan }: { plan: Plan }) {
  return (
    <>
      {plan.fetches.length > 0 && (
        <>
          <PlanPicture fetches={plan.fetches} />
          <p className="explorer-small">
            Each box is a request to a subgraph, under those that it waited for. Its bar shows when it ran.
          </p>
        </>
      )}
      <details open={plan.fetches.length === 0}>
        <summary>The plan as text</summary>
        <pre className="explorer-plan">{plan.text}</pre>
      </details>
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
