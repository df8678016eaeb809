import { DropdownMenu, pick, useGraphiQL } from "@graphiql/react";
import type { ReactNode } from "react";
import { useStore } from "../store";
import { useWorld } from "../world";
import { AnswerIcon, MoreIcon, OperationIcon, StepsIcon, VariablesIcon } from "./icons";
import type { Part } from "./look";
import { PANELS, useOpenPanel } from "./panels";
import { usePart } from "./part";
import { failed } from "../sending/runs";

/** At the lower edge, where there is room for one part only: what a thumb reaches. */
export function ThumbBar() {
  const openPanel = useOpenPanel();
  const { plugins, visiblePlugin } = useGraphiQL(pick("plugins", "visiblePlugin"));
  const part = usePart();
  const { look } = useWorld();
  const others = plugins.filter((plugin) => plugin.title !== PANELS.guide);
  const guide = plugins.length > others.length;
  const inPanel = part === "panel" ? visiblePlugin?.title : undefined;
  const show = (chosen: Part) => () => look.set({ part: chosen });
  return (
    <nav className="explorer-thumb-bar" aria-label="Parts of the page">
      {guide && <Thumb label={PANELS.guide} icon={<StepsIcon />} shown={inPanel === PANELS.guide} onClick={() => openPanel(PANELS.guide)} />}
      <Thumb label="Operation" icon={<OperationIcon />} shown={part === "operation"} onClick={show("operation")} />
      <Thumb label="Variables" icon={<VariablesIcon />} shown={part === "variables"} onClick={show("variables")} />
      <Thumb label="Answer" icon={<AnswerIcon />} shown={part === "answer"} onClick={show("answer")} mark={<AnswerMark />} />
      <DropdownMenu modal={false}>
        <DropdownMenu.Button className={`explorer-thumb${inPanel && inPanel !== PANELS.guide ? " shown" : ""}`}>
          <MoreIcon />
          More
        </DropdownMenu.Button>
        <DropdownMenu.Content align="end" className="explorer-menu" collisionPadding={8}>
          {others.map((plugin) => (
            <DropdownMenu.Item key={plugin.title} onSelect={() => openPanel(plugin.title)}>{plugin.title}</DropdownMenu.Item>
          ))}
        </DropdownMenu.Content>
      </DropdownMenu>
    </nav>
  );
}

interface ThumbProps {
  readonly label: string;
  readonly icon: ReactNode;
  readonly shown: boolean;
  readonly mark?: ReactNode;
  readonly onClick: () => void;
}

function Thumb({ label, icon, shown, mark, onClick }: ThumbProps) {
  return (
    <button type="button" className={`explorer-thumb${shown ? " shown" : ""}`} aria-current={shown ? "page" : undefined} onClick={onClick}>
      {icon}
      {label}
      {mark}
    </button>
  );
}

/** That there is an answer, and whether it is an error, seen from another part. */
function AnswerMark() {
  const { runs } = useWorld();
  const { tabs, activeTabIndex } = useGraphiQL(pick("tabs", "activeTabIndex"));
  const run = useStore(runs.store).get(tabs[activeTabIndex]?.id ?? "");
  return run ? <span className={`explorer-mark${failed(run) ? " failed" : ""}`} aria-hidden="true" /> : null;
}
