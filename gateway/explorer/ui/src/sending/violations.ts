import type { GraphQLFailure } from "./client";

export interface Violation {
  /** Dotted, from the argument on: `input.price`. */
  readonly path: string;
  readonly message: string;
}

/** Every value that was not taken, with its place: `extensions.violations: [{path, message}]`. */
export function violationsOf(failure: GraphQLFailure): readonly Violation[] {
  const list = failure.extensions?.["violations"];
  return (Array.isArray(list) ? list : []).map((item: unknown) => {
    const { path, message } = (item ?? {}) as { path?: unknown; message?: unknown };
    return { path: Array.isArray(path) ? path.join(".") : String(path ?? ""), message: String(message ?? "") };
  });
}
