import type { Fetched } from "./plans";
import { total, waves, type Placed } from "./waves";

const BOX = { width: 148, height: 66, gap: 12, drop: 30 };
const INSET = 10;

/** The fetches from above to below: each under those that it waited for, with a bar for when it ran. */
export function PlanPicture({ fetches }: { fetches: readonly Fetched[] }) {
  const placed = waves(fetches);
  const columns = Math.max(...placed.map(({ column }) => column)) + 1;
  const rows = Math.max(...placed.map(({ wave }) => wave)) + 1;
  const width = columns * (BOX.width + BOX.gap) - BOX.gap + 2;
  const height = rows * (BOX.height + BOX.drop) - BOX.drop + 2;
  const end = total(fetches);
  const byId = new Map(placed.map((one) => [one.fetch.id, one]));
  return (
    <div className="explorer-picture" tabIndex={0} role="group" aria-label="Picture of the plan">
      <svg width={width} height={height} viewBox={`-1 -1 ${width} ${height}`} role="img" aria-label={told(placed)}>
        {placed.flatMap((one) => one.fetch.after.flatMap((id) => {
          const from = byId.get(id);
          return from ? [<Edge key={`${id} ${one.fetch.id}`} from={from} to={one} />] : [];
        }))}
        {placed.map((one) => <Box key={one.fetch.id} placed={one} end={end} />)}
      </svg>
    </div>
  );
}

function corner({ wave, column }: Placed): { x: number; y: number } {
  return { x: column * (BOX.width + BOX.gap), y: wave * (BOX.height + BOX.drop) };
}

function Edge({ from, to }: { from: Placed; to: Placed }) {
  const [start, end] = [corner(from), corner(to)];
  const [x1, y1] = [start.x + BOX.width / 2, start.y + BOX.height];
  const [x2, y2] = [end.x + BOX.width / 2, end.y];
  const bend = (y2 - y1) / 2;
  return <path className="explorer-edge" d={`M${x1} ${y1}C${x1} ${y1 + bend} ${x2} ${y2 - bend} ${x2} ${y2}`} />;
}

function Box({ placed, end }: { placed: Placed; end: number }) {
  const { fetch } = placed;
  const { x, y } = corner(placed);
  const state = fetch.failure !== null ? " failed" : fetch.ms === null ? " unsent" : "";
  const track = BOX.width - 2 * INSET;
  return (
    <g transform={`translate(${x} ${y})`} className={`explorer-fetch${state}`}>
      <title>{fetch.subgraph}: {lasted(fetch)}, {asked(fetch)}</title>
      <rect width={BOX.width} height={BOX.height} rx="6" />
      <text x={INSET} y="20" className="explorer-fetch-name">{short(fetch.subgraph, 11)}</text>
      <text x={BOX.width - INSET} y="20" textAnchor="end">{lasted(fetch)}</text>
      <text x={INSET} y="39" className="explorer-fetch-what">{short(fetch.failure ?? asked(fetch), 22)}</text>
      <rect className="explorer-track" x={INSET} y="50" width={track} height="5" rx="2.5" />
      {fetch.ms !== null && end > 0 && (
        <rect
          className="explorer-bar"
          x={INSET + (track * (fetch.startMs ?? 0)) / end}
          y="50"
          width={Math.max((track * fetch.ms) / end, 2)}
          height="5"
          rx="2.5"
        />
      )}
    </g>
  );
}

function lasted({ ms }: Fetched): string {
  return ms === null ? "not sent" : `${ms < 10 ? ms.toFixed(1) : Math.round(ms)} ms`;
}

function asked({ requests, representations, uniqueRepresentations }: Fetched): string {
  if (representations > 0) {
    return representations === uniqueRepresentations ? counted(representations, "entity", "entities") : `${representations} → ${uniqueRepresentations} entities`;
  }
  return counted(requests, "request", "requests");
}

function counted(count: number, one: string, many: string): string {
  return `${count} ${count === 1 ? one : many}`;
}

function short(text: string, most: number): string {
  return text.length > most ? `${text.slice(0, most - 1)}…` : text;
}

/** The picture for whoever does not see it. */
function told(placed: readonly Placed[]): string {
  return placed.map(({ fetch, wave }) => `Wave ${wave + 1}: ${fetch.subgraph}, ${lasted(fetch)}, ${asked(fetch)}`).join(". ");
}
