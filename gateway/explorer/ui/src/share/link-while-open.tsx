import { useEffect } from "react";
import { useOpenTab, useShow } from "../guide/show";
import { useWorld } from "../world";
import { takeLink } from "./link";

/** A link that is opened while the page already is: only the fragment changes, and nothing is loaded again. */
export function LinkWhileOpen() {
  const { config, progress, look, notice } = useWorld();
  const show = useShow();
  const openTab = useOpenTab();
  useEffect(() => {
    const take = () => {
      const link = takeLink(config);
      if (link.damaged) {
        notice.set("The link is damaged: it names nothing that this page has.");
      }
      if (link.operation) {
        openTab(link.operation);
        look.set({ part: "operation" });
      } else if (link.step) {
        if (Object.keys(link.values).length > 0) {
          progress.takeLink(link.values);
        }
        show(link.step);
      }
    };
    window.addEventListener("hashchange", take);
    return () => window.removeEventListener("hashchange", take);
  }, [config, progress, look, notice, show, openTab]);
  return null;
}
