import { useLook } from "../layout/look";
import { isMoment, localTime } from "./moments";
import { viewOf, type Lines, type Table, type View } from "./table";

/** A page of a list is at most this long; a person who asked for more reads the rest as JSON. */
const MOST_ROWS = 200;

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

export function AnswerTable({ data }: { data: unknown }) {
  const view = viewOf(data);
  return (
    <div className="explorer-tables" tabIndex={0} role="region" aria-label="Answer as tables">
      {view.kind === "lines" ? view.lines.map(([label, part]) => <Root key={label} label={label} view={part} />) : <Shown view={view} />}
    </div>
  );
}

function Root({ label, view }: { label: string; view: View }) {
  if (view.kind === "table") {
    return <Rows table={view} caption={label} />;
  }
  return view.kind === "lines" ? <Names lines={view} caption={label} /> : <Names lines={{ kind: "lines", lines: [[label, view]] }} />;
}

function Shown({ view }: { view: View | undefined }) {
  switch (view?.kind) {
    case "table":
      return view.rows.length === 0 ? <span className="explorer-faint">none</span> : <Rows table={view} />;
    case "lines":
      return <Names lines={view} />;
    default:
      return <Scalar value={view?.value} />;
  }
}

function Rows({ table, caption }: { table: Table; caption?: string }) {
  const rows = table.rows.slice(0, MOST_ROWS);
  const left = table.rows.length - rows.length;
  return (
    <table className="explorer-table">
      {caption && <caption>{caption} <span className="explorer-faint">{counted(table)}</span></caption>}
      {table.columns.some(Boolean) && (
        <thead>
          <tr>{table.columns.map((column) => <th key={column} scope="col">{column}</th>)}</tr>
        </thead>
      )}
      <tbody>
        {rows.map((cells, index) => (
          <tr key={index}>{cells.map((cell, column) => <td key={column} {...(table.columns[column] ? { "data-column": table.columns[column] } : {})}><Shown view={cell} /></td>)}</tr>
        ))}
      </tbody>
      {left > 0 && <tfoot><tr><td colSpan={table.columns.length}>{left} more rows stand in the JSON.</td></tr></tfoot>}
    </table>
  );
}

function counted({ rows, continues }: Table): string {
  const rest = continues ? ", more follow" : "";
  return rows.length === 1 ? `1 row${rest}` : `${rows.length} rows${rest}`;
}

function Names({ lines, caption }: { lines: Lines; caption?: string }) {
  return (
    <table className="explorer-table">
      {caption && <caption>{caption}</caption>}
      <tbody>
        {lines.lines.map(([label, view]) => (
          <tr key={label}>
            <th scope="row">{label}</th>
            <td><Shown view={view} /></td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function Scalar({ value }: { value: unknown }) {
  const { localTimes } = useLook();
  if (value === null || value === undefined) {
    return <span className="explorer-faint">{value === null ? "null" : ""}</span>;
  }
  if (localTimes && isMoment(value)) {
    return <time dateTime={value} title={value}>{localTime(value)}</time>;
  }
  if (Array.isArray(value)) {
    return value.length === 0 ? <span className="explorer-faint">none</span> : <>{value.map(String).join(", ")}</>;
  }
  if (typeof value === "string" && UUID.test(value)) {
    return <span className="explorer-id" title={value}>{value}</span>;
  }
  return <>{typeof value === "object" ? JSON.stringify(value) : String(value)}</>;
}
