import relay from "relay-runtime";

const { Environment, Network, RecordSource, Store } = relay;

export function createEnvironment(url, session) {
  async function send(request, variables) {
    const response = await fetch(url, {
      method: "POST",
      headers: {
        "content-type": "application/json",
        ...(session.accessToken && { authorization: `Bearer ${session.accessToken}` }),
      },
      body: JSON.stringify(
        request.id ? { doc_id: request.id, variables } : { query: request.text, variables },
      ),
    });
    return { status: response.status, body: await response.json() };
  }

  async function ask(request, variables) {
    let answer = await send(request, variables);
    const signedOut =
      answer.status === 401 ||
      answer.body.errors?.some(({ extensions }) => extensions?.code === "UNAUTHENTICATED");
    if (signedOut && session.refreshToken) {
      await session.renew();
      answer = await send(request, variables);
    }
    return answer.body;
  }

  return new Environment({ network: Network.create(ask), store: new Store(new RecordSource()) });
}
