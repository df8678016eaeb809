/**
 * An answer as a person reads it: lists and connections are tables, objects are lines of name and value.
 *
 *   {offers: {edges: [{node: {title, price: {amount, currency}}}]}}
 *   → offers: a table with the columns title, price
 */
export type View = Value | Lines | Table;

export interface Value {
  readonly kind: "value";
  readonly value: unknown;
}

export interface Lines {
  readonly kind: "lines";
  readonly lines: readonly (readonly [label: string, view: View])[];
}

export interface Table {
  readonly kind: "table";
  readonly columns: readonly string[];
  readonly rows: readonly (readonly (View | undefined)[])[];
  /** The connection said that there are further ones. */
  readonly continues: boolean;
}

type Fields = Readonly<Record<string, unknown>>;

export function viewOf(value: unknown): View {
  if (Array.isArray(value)) {
    return value.some(isFields) ? tableOf(value, false) : { kind: "value", value };
  }
  if (!isFields(value)) {
    return { kind: "value", value };
  }
  const items = connectionItems(value);
  return items === null ? linesOf(value) : tableOf(items, isFields(value["pageInfo"]) && value["pageInfo"]["hasNextPage"] === true);
}

/** The nodes of a connection in Relay's form; null: it is none. A field of an edge beside its node stays with it. */
function connectionItems(value: Fields): unknown[] | null {
  const { edges, nodes } = value;
  if (Array.isArray(nodes)) {
    return nodes;
  }
  return Array.isArray(edges) ? edges.map((edge) => (isFields(edge) && isFields(edge["node"]) ? unwrapped(edge) : edge)) : null;
}

function unwrapped(edge: Fields): Fields {
  const { node, cursor: _paging, ...beside } = edge;
  return { ...(node as Fields), ...beside };
}

function linesOf(value: Fields): Lines {
  return { kind: "lines", lines: flat(value).map(([label, item]) => [label, viewOf(item)]) };
}

function tableOf(items: readonly unknown[], continues: boolean): Table {
  const flattened = items.map((item) => new Map(isFields(item) ? flat(item) : [["", item] as const]));
  const columns = Array.from(new Set(flattened.flatMap((row) => Array.from(row.keys()))));
  const rows = flattened.map((row) => columns.map((column) => (row.has(column) ? viewOf(row.get(column)) : undefined)));
  return { kind: "table", columns, rows, continues };
}

/** Objects inside an object become dotted names of it; lists and connections stay whole. */
function flat(value: Fields, prefix = ""): (readonly [string, unknown])[] {
  return Object.entries(value).flatMap(([key, item]) => {
    const label = `${prefix}${key}`;
    if (!isFields(item) || connectionItems(item) !== null || Object.keys(item).length === 0) {
      return [[label, item] as const];
    }
    const money = moneyIn(item);
    return money === null ? flat(item, `${label}.`) : [[label, money] as const];
  });
}

/** `{amount, currency}` and nothing else is one thing to whoever reads it. */
function moneyIn(value: Fields): string | null {
  const { amount, currency, ...more } = value;
  const isMoney = ["string", "number"].includes(typeof amount) && typeof currency === "string" && Object.keys(more).length === 0;
  return isMoney ? `${String(amount)} ${currency}` : null;
}

function isFields(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
