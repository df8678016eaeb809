import {
  CopyIcon,
  ExecuteButton,
  KEY_MAP,
  MergeIcon,
  pick,
  PrettifyIcon,
  ToolbarButton,
  useGraphiQL,
  useGraphiQLActions,
} from "@graphiql/react";
import { useEffect } from "react";
import { useCopies } from "../share/copies";
import { useWorld } from "../world";
import { LinkIcon, TerminalIcon } from "./icons";

/** Run, and what can be done with the operation as it stands. */
export function Toolbar() {
  const { prettifyEditors, mergeQuery } = useGraphiQLActions();
  const { isFetching, queryId } = useGraphiQL(pick("isFetching", "queryId"));
  const copies = useCopies();
  useShowAnswerOf(queryId);
  return (
    <div className="explorer-toolbar" role="toolbar" aria-label="Operation">
      <span className="explorer-run" data-running={isFetching}><ExecuteButton /></span>
      <ToolbarButton onClick={() => void prettifyEditors()} label={`Prettify (${KEY_MAP.prettify.key})`}>
        <PrettifyIcon className="graphiql-toolbar-icon" aria-hidden="true" />
      </ToolbarButton>
      <ToolbarButton onClick={mergeQuery} label={`Merge fragments into the operation (${KEY_MAP.mergeFragments.key})`}>
        <MergeIcon className="graphiql-toolbar-icon" aria-hidden="true" />
      </ToolbarButton>
      <ToolbarButton onClick={() => void copies.operation()} label="Copy the operation">
        <CopyIcon className="graphiql-toolbar-icon" aria-hidden="true" />
      </ToolbarButton>
      <ToolbarButton onClick={() => void copies.curl()} label="Copy as curl">
        <TerminalIcon />
      </ToolbarButton>
      <ToolbarButton onClick={() => void copies.link()} label="Copy a link to this operation">
        <LinkIcon />
      </ToolbarButton>
    </div>
  );
}

/** Whoever runs something wants to see what comes: where there is room for one part only, that is the answer. */
function useShowAnswerOf(run: number): void {
  const { look } = useWorld();
  useEffect(() => {
    if (run > 0) {
      look.set({ part: "answer" });
    }
  }, [look, run]);
}
