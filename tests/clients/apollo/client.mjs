import { ApolloClient, ApolloLink, InMemoryCache } from "@apollo/client";
import { CombinedGraphQLErrors, ServerError } from "@apollo/client/errors";
import { BatchHttpLink } from "@apollo/client/link/batch-http";
import { SetContextLink } from "@apollo/client/link/context";
import { ErrorLink } from "@apollo/client/link/error";
import { PersistedQueryLink } from "@apollo/client/link/persisted-queries";
import { relayStylePagination } from "@apollo/client/utilities";
import { from, switchMap } from "rxjs";

const isSignedOut = (error) =>
  CombinedGraphQLErrors.is(error)
    ? error.errors.some(({ extensions }) => extensions?.code === "UNAUTHENTICATED")
    : ServerError.is(error) && error.statusCode === 401;

async function sha256(text) {
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text));
  return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

export function createClient(uri, session, fetch = globalThis.fetch) {
  const renew = new ErrorLink(({ error, operation, forward }) => {
    if (!isSignedOut(error) || !session.refreshToken || operation.getContext().renewed) return;
    operation.setContext({ renewed: true });
    return from(session.renew()).pipe(switchMap(() => forward(operation)));
  });
  const authorize = new SetContextLink(({ headers }) =>
    session.accessToken
      ? { headers: { ...headers, authorization: `Bearer ${session.accessToken}` } }
      : {},
  );
  return new ApolloClient({
    link: ApolloLink.from([
      renew,
      authorize, // after `renew`, so that the second try carries the new token
      new PersistedQueryLink({ sha256 }),
      new BatchHttpLink({ uri, fetch, batchMax: 10 }), // the gateway takes ten at a time
    ]),
    cache: new InMemoryCache({
      typePolicies: { Query: { fields: { offers: relayStylePagination(["filter", "orderBy"]) } } },
    }),
  });
}
