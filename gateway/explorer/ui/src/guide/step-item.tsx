import { Button, pick, useGraphiQL, useGraphiQLActions } from "@graphiql/react";
import { useEffect, useRef } from "react";
import { steps, type Config, type Step } from "../config";
import { useLook } from "../layout/look";
import { bindings, LINK, type Binding } from "../sending/templates";
import { useStore } from "../store";
import { useWorld } from "../world";
import { Told, useAdvice } from "./banner";
import { useShow } from "./show";

export function StepItem({ step, open }: { step: Step; open: boolean }) {
  const { progress } = useWorld();
  const show = useShow();
  const done = step.operation in useStore(progress.store);
  const state = [open ? "open" : "", done ? "done" : ""].join(" ");
  const item = useRef<HTMLLIElement>(null);
  useEffect(() => {
    if (open && item.current) {
      reveal(item.current);
    }
  }, [open, done]);
  return (
    <li className={`explorer-step ${state}`} ref={item}>
      <button type="button" onClick={() => show(step)} aria-current={open ? "step" : undefined}>
        <span className="explorer-tick" aria-hidden="true">{done ? "✓" : ""}</span>
        <span>{step.title}</span>
        {done && <span className="explorer-hidden"> (done)</span>}
      </button>
      {open && <StepDetail step={step} />}
    </li>
  );
}

/** Scrolls the guide and nothing else: `scrollIntoView` moves every box around it too. */
function reveal(item: HTMLElement): void {
  const panel = item.closest(".explorer-part-panel");
  if (panel) {
    const [inner, outer] = [item.getBoundingClientRect(), panel.getBoundingClientRect()];
    const below = Math.min(inner.bottom - outer.bottom, inner.top - outer.top);
    panel.scrollTop += inner.top < outer.top ? inner.top - outer.top : Math.max(below, 0);
  }
}

function StepDetail({ step }: { step: Step }) {
  const { config, progress } = useWorld();
  const values = useStore(progress.store);
  const show = useShow();
  const advice = useAdvice();
  const all = steps(config);
  const next = all[all.indexOf(step) + 1];
  const bound = bindings(step.variables, values).filter((binding) => binding.sources.length > 0);
  return (
    <div className="explorer-detail">
      {step.about && <p>{step.about}</p>}
      {bound.length > 0 && (
        <dl>{bound.map((binding) => <BoundValue key={binding.template} binding={binding} />)}</dl>
      )}
      <Edited step={step} />
      {advice.map((one) => <div key={one.title} className="explorer-failure"><Told advice={one} /></div>)}
      <p className="explorer-actions">
        <RunStep />
        {step.operation in values && advice.length === 0 && next && (
          <Button type="button" className="explorer-next" onClick={() => show(next)}>{`Next: ${next.title}`}</Button>
        )}
      </p>
    </div>
  );
}

function RunStep() {
  const { run } = useGraphiQLActions();
  const { isFetching } = useGraphiQL(pick("isFetching"));
  const { look } = useWorld();
  const { part } = useLook();
  return (
    <>
      <button type="button" className="explorer-button" disabled={isFetching} onClick={run}>Run this step</button>
      {part === "panel" && (
        <button type="button" className="explorer-button explorer-narrow-only" onClick={() => look.set({ part: "variables" })}>Its variables</button>
      )}
    </>
  );
}

function BoundValue({ binding }: { binding: Binding }) {
  const { config } = useWorld();
  const titles = binding.sources.map((name) => titleOfSource(config, name));
  const missing = binding.value === undefined || binding.value === null;
  return (
    <>
      <dt><code>{binding.template}</code></dt>
      <dd>{missing ? `comes from ${titles.join(" or ")}` : <code>{String(binding.value)}</code>}</dd>
    </>
  );
}

function titleOfSource(config: Config, source: string): string {
  const step = steps(config).find((candidate) => candidate.operation === source);
  return source === LINK ? "a link that opens this page" : `“${step?.title ?? source}”`;
}

/** The way back to a step as it was configured. */
function Edited({ step }: { step: Step }) {
  const { tabs, activeTabIndex, queryEditor, variableEditor } = useGraphiQL(
    pick("tabs", "activeTabIndex", "queryEditor", "variableEditor"),
  );
  const tab = tabs[activeTabIndex];
  if (!tab || (tab.query === step.query && (tab.variables ?? "") === step.variables)) {
    return null;
  }
  const restore = () => {
    queryEditor?.setValue(step.query);
    variableEditor?.setValue(step.variables);
  };
  return (
    <p>You have changed this step. <button type="button" className="explorer-link" onClick={restore}>Restore it</button></p>
  );
}
