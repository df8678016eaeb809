import type { KeyboardEvent, PointerEvent } from "react";
import { SPLITS, useLook, type Split } from "./look";
import { useWorld } from "../world";

const STEP = 0.02;

/** The bar between two neighbours: drag it, or move it with the arrow keys; a double click puts it back. */
export function Splitter({ name, label, upright }: { name: Split; label: string; upright: boolean }) {
  const { look } = useWorld();
  const share = useLook().splits[name];

  function drag(event: PointerEvent<HTMLDivElement>) {
    if (event.currentTarget.hasPointerCapture(event.pointerId)) {
      const { left, top, width, height } = event.currentTarget.parentElement!.getBoundingClientRect();
      look.split(name, upright ? (event.clientX - left) / width : (event.clientY - top) / height);
    }
  }

  function move(event: KeyboardEvent<HTMLDivElement>) {
    const steps: Record<string, number> = upright ? { ArrowLeft: -STEP, ArrowRight: STEP } : { ArrowUp: -STEP, ArrowDown: STEP };
    const step = steps[event.key];
    if (step !== undefined) {
      event.preventDefault();
      look.split(name, share + step);
    }
  }

  return (
    <div
      role="separator"
      className={`explorer-splitter ${upright ? "upright" : "level"}`}
      aria-label={label}
      aria-orientation={upright ? "vertical" : "horizontal"}
      aria-valuenow={Math.round(share * 100)}
      tabIndex={0}
      onPointerDown={(event) => event.currentTarget.setPointerCapture(event.pointerId)}
      onPointerMove={drag}
      onDoubleClick={() => look.split(name, SPLITS[name])}
      onKeyDown={move}
    />
  );
}
