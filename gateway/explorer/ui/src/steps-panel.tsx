import { Button, pick, useGraphiQL, useGraphiQLActions } from "@graphiql/react";
import { useEffect, useRef } from "react";
import { DemoButton } from "./accounts-panel";
import type { Config, Section, Step } from "./config";
import { steps } from "./config";
import { StepsIcon } from "./icons";
import { useStore } from "./store";
import { bindings, LINK, type Binding } from "./templates";
import { useWorld } from "./world";

export const STEPS = "Guide";

export const stepsPlugin = { title: STEPS, icon: StepsIcon, content: StepsPanel };

/** The configured tabs as a story: what each is for, what it takes from earlier ones, which have been run. */
function StepsPanel() {
  const { config } = useWorld();
  return (
    <section className="explorer-panel" aria-label={STEPS}>
      <h2 className="explorer-title">{STEPS}</h2>
      {config.sections.map((section) => (
        <SectionOfSteps key={section.title} section={section} />
      ))}
    </section>
  );
}

function SectionOfSteps({ section }: { section: Section }) {
  const { tabs, activeTabIndex } = useGraphiQL(pick("tabs", "activeTabIndex"));
  const shown = tabs[activeTabIndex]?.title;
  return (
    <div className="explorer-section">
      <h3 className="explorer-subtitle">{section.title}</h3>
      {section.about && <p className="explorer-about">{section.about}</p>}
      {section.role !== null && <RunsAs role={section.role} />}
      <ol className="explorer-steps">
        {section.steps.map((step) => (
          <StepItem key={step.operation} step={step} open={step.operation === shown} />
        ))}
      </ol>
    </div>
  );
}

/** Who a section's steps run as, or the shortest way to somebody who may run them. */
function RunsAs({ role }: { role: string }) {
  const { config, accounts } = useWorld();
  useStore(accounts.store);
  if (config.signIn === null) {
    return null;
  }
  const account = accounts.withRole(role);
  if (account?.roles.includes(role)) {
    return <p className="explorer-runs-as">Runs as <strong>{account.name}</strong></p>;
  }
  const demo = config.demoAccounts.find((account) => account.role === role);
  return demo ? <DemoButton account={demo} verb="Sign in as " /> : <SignInHint role={role} />;
}

function SignInHint({ role }: { role: string }) {
  const { setVisiblePlugin } = useGraphiQLActions();
  return (
    <p className="explorer-runs-as">
      Needs an account with the role {role}.{" "}
      <button type="button" className="explorer-link" onClick={() => setVisiblePlugin("Accounts")}>Sign in</button>
    </p>
  );
}

function StepItem({ step, open }: { step: Step; open: boolean }) {
  const { answers } = useWorld();
  const show = useShow();
  const done = step.operation in useStore(answers);
  const state = [open ? "open" : "", done ? "done" : ""].join(" ");
  const item = useRef<HTMLLIElement>(null);
  useEffect(() => {
    if (open) {
      item.current?.scrollIntoView({ block: "nearest" });
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

function StepDetail({ step }: { step: Step }) {
  const { config, answers } = useWorld();
  const values = useStore(answers);
  const show = useShow();
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
      {step.operation in values && next && (
        <Button type="button" className="explorer-next" onClick={() => show(next)}>{`Next: ${next.title}`}</Button>
      )}
    </div>
  );
}

function BoundValue({ binding }: { binding: Binding }) {
  const { config } = useWorld();
  const titles = binding.sources.map((name) => titleOf(config, name));
  const missing = binding.value === undefined || binding.value === null;
  return (
    <>
      <dt><code>{binding.template}</code></dt>
      <dd>{missing ? `comes from ${titles.join(" or ")}` : <code>{String(binding.value)}</code>}</dd>
    </>
  );
}

function titleOf(config: Config, source: string): string {
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

/** Shows a step's tab, and makes it again if it was closed. */
export function useShow(): (step: Step) => void {
  const { addTab, changeTab } = useGraphiQLActions();
  const { tabs, queryEditor, variableEditor } = useGraphiQL(pick("tabs", "queryEditor", "variableEditor"));
  return (step) => {
    const index = tabs.findIndex((tab) => tab.title === step.operation);
    if (index >= 0) {
      changeTab(index);
      return;
    }
    addTab();
    queryEditor?.setValue(step.query);
    variableEditor?.setValue(step.variables);
  };
}
