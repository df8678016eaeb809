import { useEffect } from "react";
import { useStore } from "../store";
import { useWorld } from "../world";

const SECONDS = 6;

/** A short word about what was just done. It lies over the page, so that nothing moves. */
export function NoticeBar() {
  const { notice } = useWorld();
  const text = useStore(notice);
  useEffect(() => {
    const timer = window.setTimeout(() => notice.set(null), SECONDS * 1_000);
    return () => window.clearTimeout(timer);
  }, [notice, text]);
  return <div role="status" className="explorer-notice-bar">{text}</div>;
}
