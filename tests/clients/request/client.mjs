import { GraphQLClient } from "graphql-request";

const isSignedOut = ({ response }) =>
  response?.status === 401 ||
  response?.errors?.some(({ extensions }) => extensions?.code === "UNAUTHENTICATED");

export function createClient(url, session, fetch = globalThis.fetch) {
  const client = new GraphQLClient(url, {
    fetch,
    headers: () =>
      session.accessToken ? { authorization: `Bearer ${session.accessToken}` } : {},
  });

  // Ask; where the token has expired renew it and ask once more.
  async function asking(ask) {
    try {
      return await ask(client);
    } catch (error) {
      if (!isSignedOut(error) || !session.refreshToken) throw error;
      await session.renew();
      return ask(client);
    }
  }

  return {
    request: (document, variables) => asking((client) => client.request(document, variables)),
    batch: (requests) => asking((client) => client.batchRequests(requests)), // at most ten
  };
}
