/** The value at a dotted path (`orders.edges.0.node.id`); undefined where the path leads nowhere. */
export function valueAt(root: unknown, path: string): unknown {
  let value: unknown = root;
  for (const key of path.split(".")) {
    if (typeof value !== "object" || value === null) {
      return undefined;
    }
    value = (value as Record<string, unknown>)[key];
  }
  return value;
}

export function textAt(root: unknown, path: string | null): string | null {
  const value = path === null ? undefined : valueAt(root, path);
  return typeof value === "string" ? value : null;
}
