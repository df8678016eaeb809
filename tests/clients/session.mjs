// One session per page. The access token lives 15 minutes, the refresh token 7 days.
export const createSession = (url, fetch = globalThis.fetch) => {
  const session = { accessToken: null, refreshToken: null };
  let renewing = null;

  async function send(query, variables) {
    const response = await fetch(url, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ query, variables }),
    });
    const { data, errors } = await response.json();
    if (errors) throw Object.assign(new Error(errors[0].message), errors[0].extensions);
    return data;
  }

  session.signIn = async (email, password) => {
    const { login } = await send(
      `mutation SignIn($email: String!, $password: String!) {
        login(email: $email, password: $password) { accessToken refreshToken }
      }`,
      { email, password },
    );
    Object.assign(session, login);
  };

  // Many requests may find the token expired at once: one of them renews it for all.
  session.renew = () => {
    renewing ??= send(
      `mutation Renew($token: String!) { refresh(refreshToken: $token) { accessToken } }`,
      { token: session.refreshToken },
    )
      .then(({ refresh }) => Object.assign(session, refresh))
      .catch((error) => {
        if (!error.retryable) session.signOut(); // TOKEN_EXPIRED, TOKEN_INVALID: sign in again
        throw error;
      })
      .finally(() => (renewing = null));
    return renewing;
  };

  session.signOut = () => Object.assign(session, { accessToken: null, refreshToken: null });

  return session;
};
