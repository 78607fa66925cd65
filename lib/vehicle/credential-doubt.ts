// What can be told of credentials without asking the platform. Never quotes them.

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/**
 * What is wrong with the client id of a V3 credential, in one sentence that quotes nothing; undefined when it may be right.
 * The prefix `client_` is what the platform issues and does not promise, so another prefix is left for it to refuse; an
 * Application ID in its place is the one confusion that its own answer (`invalid_client`) does not explain.
 */
export const credentialDoubt = (clientId: string): string | undefined => {
  if (UUID.test(clientId)) {
    return 'This is the Application ID, which only Connect takes; V3 needs the client id of an API credential, which starts with "client_".';
  }
  if (!/^[\w.~-]{1,256}$/.test(clientId)) {
    return 'This is no client id: an API credential of V3 starts with "client_" and holds neither spaces nor quotes.';
  }
  return undefined;
};
