export interface GraphQLFailure {
  readonly message: string;
  readonly path?: readonly (string | number)[];
  readonly extensions?: Readonly<Record<string, unknown>>;
}

export interface Answer {
  readonly data?: Record<string, unknown> | null;
  readonly errors?: readonly GraphQLFailure[];
  extensions?: Record<string, unknown>;
}

export interface Operation {
  readonly query: string;
  readonly variables?: unknown;
  readonly operationName?: string | null;
}

/** An answer with what HTTP says of it; `bytes` is the body's size after decompression. */
export interface Reply {
  readonly status: number;
  readonly bytes: number;
  readonly answer: Answer;
}

/**
 * One POST. `content-type: application/json` makes a browser ask the server first (preflight) when another site's
 * page sends it, which is what the gateway's protection against forged requests stands on.
 */
export async function post(
  endpoint: string,
  operation: Operation,
  headers: Readonly<Record<string, string>>,
  signal?: AbortSignal,
): Promise<Reply> {
  const response = await reach(endpoint, {
    method: "POST",
    headers: {
      accept: "application/graphql-response+json, application/json;q=0.9",
      "content-type": "application/json",
      ...headers,
    },
    body: JSON.stringify(operation),
    ...(signal ? { signal } : {}),
  });
  const text = await response.text();
  const bytes = new TextEncoder().encode(text).length;
  try {
    return { status: response.status, bytes, answer: JSON.parse(text) as Answer };
  } catch {
    throw new Error(`The server answered ${response.status} with something that is not JSON.`);
  }
}

/** Browsers say "Failed to fetch" and nothing else. */
async function reach(endpoint: string, init: RequestInit): Promise<Response> {
  try {
    return await fetch(endpoint, init);
  } catch (reason) {
    if (init.signal?.aborted) {
      throw reason;
    }
    throw new Error("The server cannot be reached.", { cause: reason });
  }
}

export function codeOf(answer: Answer): string | null {
  const code = answer.errors?.[0]?.extensions?.["code"];
  return typeof code === "string" ? code : null;
}
