import { Client, cacheExchange, fetchExchange } from "@urql/core";
import { authExchange } from "@urql/exchange-auth";
import { persistedExchange } from "@urql/exchange-persisted";

const isSignedOut = (error) =>
  error.response?.status === 401 ||
  error.graphQLErrors.some(({ extensions }) => extensions.code === "UNAUTHENTICATED");

export const createClient = (url, session, fetch = globalThis.fetch) =>
  new Client({
    url,
    fetch,
    preferGetMethod: false,
    exchanges: [
      cacheExchange,
      authExchange(async (utilities) => ({
        addAuthToOperation: (operation) =>
          session.accessToken
            ? utilities.appendHeaders(operation, { authorization: `Bearer ${session.accessToken}` })
            : operation,
        didAuthError: (error) => isSignedOut(error) && session.refreshToken !== null,
        refreshAuth: () => session.renew(),
      })),
      persistedExchange({ preferGetForPersistedQueries: false }),
      fetchExchange,
    ],
  });
