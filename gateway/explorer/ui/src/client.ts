export interface GraphQLFailure {
  readonly message: string;
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

/**
 * One POST. `content-type: application/json` makes a browser ask the server first (preflight) when another site's
 * page sends it, which is what the gateway's protection against forged requests stands on.
 */
export async function post(
  endpoint: string,
  operation: Operation,
  headers: Readonly<Record<string, string>>,
  signal?: AbortSignal,
): Promise<Answer> {
  const response = await fetch(endpoint, {
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
  try {
    return JSON.parse(text) as Answer;
  } catch {
    throw new Error(`The server answered ${response.status} with something that is not JSON.`);
  }
}

export function codeOf(answer: Answer): string | null {
  const code = answer.errors?.[0]?.extensions?.["code"];
  return typeof code === "string" ? code : null;
}
