import { pick, useGraphiQL } from "@graphiql/react";
import type { Section } from "../config";
import { StepsIcon } from "../layout/icons";
import { PANELS } from "../layout/panels";
import { useStore } from "../store";
import { useWorld } from "../world";
import { RunsAs } from "./runs-as";
import { StepItem } from "./step-item";

export const guidePlugin = { title: PANELS.guide, icon: StepsIcon, content: GuidePanel };

/** The configured tabs as a story: what each is for, what it takes from earlier ones, which have been run. */
function GuidePanel() {
  const { config, progress } = useWorld();
  const answers = useStore(progress.store);
  const done = config.sections.flatMap((section) => section.steps).filter((step) => step.operation in answers).length;
  return (
    <section className="explorer-panel" aria-label={PANELS.guide}>
      <h2 className="explorer-title">{PANELS.guide}</h2>
      {config.sections.map((section) => <SectionOfSteps key={section.title} section={section} />)}
      {done > 0 && (
        <p className="explorer-small">
          {done === 1 ? "1 step" : `${done} steps`} done.{" "}
          <button type="button" className="explorer-link" onClick={() => progress.reset()}>Begin again</button>
        </p>
      )}
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
        {section.steps.map((step) => <StepItem key={step.operation} step={step} open={step.operation === shown} />)}
      </ol>
    </div>
  );
}
