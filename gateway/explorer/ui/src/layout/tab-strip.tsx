import { CloseIcon, pick, PlusIcon, Tooltip, UnStyledButton, useGraphiQL, useGraphiQLActions } from "@graphiql/react";
import { useCallback, useLayoutEffect, useRef, useState, type KeyboardEvent } from "react";
import { useWorld } from "../world";
import { useChangeTab } from "./change-tab";
import { focusOperation } from "./focus";
import { MoreTabs } from "./more-tabs";
import { titleOf } from "./titles";

/** The tabs that there is room for, the active one always among them; a menu lists the rest. */
export function TabStrip() {
  const { config } = useWorld();
  const changeTab = useChangeTab();
  const { tabs, activeTabIndex } = useGraphiQL(pick("tabs", "activeTabIndex"));
  const strip = useRef<HTMLUListElement>(null);
  const hidden = useHiddenTabs(strip, activeTabIndex, tabs.map((tab) => titleOf(config, tab)).join("\n"));

  function walk(event: KeyboardEvent<HTMLUListElement>) {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (step !== undefined) {
      event.preventDefault();
      const next = (activeTabIndex + step + tabs.length) % tabs.length;
      changeTab(next);
      document.getElementById(`explorer-tab-${next}`)?.focus({ preventScroll: true });
    }
  }

  return (
    <>
      <ul ref={strip} role="tablist" aria-label="Operations" className="explorer-tabs" onKeyDown={walk}>
        {tabs.map((tab, index) => (
          <Tab key={tab.id} index={index} title={titleOf(config, tab)} active={index === activeTabIndex} closable={tabs.length > 1} />
        ))}
      </ul>
      <MoreTabs hidden={hidden} />
      <NewTab />
    </>
  );
}

interface TabProps {
  readonly index: number;
  readonly title: string;
  readonly active: boolean;
  readonly closable: boolean;
}

function Tab({ index, title, active, closable }: TabProps) {
  const { closeTab } = useGraphiQLActions();
  const changeTab = useChangeTab();
  return (
    <li role="presentation" className={`explorer-tab${active ? " active" : ""}`}>
      <button
        type="button"
        role="tab"
        id={`explorer-tab-${index}`}
        aria-selected={active}
        aria-controls="explorer-session"
        tabIndex={active ? 0 : -1}
        title={title}
        onClick={() => changeTab(index)}
      >
        {title}
      </button>
      {closable && active && (
        <button type="button" className="explorer-tab-close" aria-label={`Close ${title}`} onClick={() => closeTab(index)}>
          <CloseIcon aria-hidden="true" />
        </button>
      )}
    </li>
  );
}

function NewTab() {
  const { addTab, setOperationName, stop } = useGraphiQLActions();
  const { look } = useWorld();
  const { queryEditor } = useGraphiQL(pick("queryEditor"));
  const add = () => {
    stop(); // what is still on its way belongs to the tab that is left
    addTab();
    setOperationName(""); // else GraphiQL names the new tab after the one before, until it has looked at the text
    look.set({ part: "operation" });
    focusOperation(queryEditor);
  };
  return (
    <Tooltip label="New tab">
      <UnStyledButton type="button" className="graphiql-tab-add" onClick={add} aria-label="New tab">
        <PlusIcon aria-hidden="true" />
      </UnStyledButton>
    </Tooltip>
  );
}

/** Scrolls the strip, and nothing around it, until the active tab is whole; tells which ones are not. */
function useHiddenTabs(strip: React.RefObject<HTMLUListElement | null>, active: number, titles: string): readonly number[] {
  const [hidden, setHidden] = useState<readonly number[]>([]);

  const measure = useCallback(() => {
    const list = strip.current;
    if (list) {
      const { left, right } = list.getBoundingClientRect();
      const items = Array.from(list.children, (item) => item.getBoundingClientRect());
      const found = items.flatMap((item, index) => (item.left < left - 1 || item.right > right + 1 ? [index] : []));
      setHidden((known) => (known.join() === found.join() ? known : found));
    }
  }, [strip]);

  useLayoutEffect(() => {
    const list = strip.current;
    if (!list) {
      return undefined;
    }
    const reveal = () => {
      const item = list.children[active];
      if (item) {
        list.scrollLeft += overhang(item.getBoundingClientRect(), list.getBoundingClientRect());
      }
      measure();
    };
    reveal();
    const observer = new ResizeObserver(reveal);
    observer.observe(list);
    list.addEventListener("scroll", measure, { passive: true });
    return () => {
      observer.disconnect();
      list.removeEventListener("scroll", measure);
    };
  }, [strip, active, titles, measure]);

  return hidden;
}

function overhang(item: DOMRect, list: DOMRect): number {
  if (item.left < list.left || item.width > list.width) {
    return item.left - list.left;
  }
  return Math.max(item.right - list.right, 0);
}
