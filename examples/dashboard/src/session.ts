/** The token, for as long as the tab is open. */
export interface Session {
  token(): string | undefined;
  keep(token: string): void;
}

const KEY = 'footfall-token';

/** Keeps the token in the tab's own storage, or in memory where a page may not keep anything. */
export function createSession(): Session {
  let token: string | undefined;
  try {
    token = sessionStorage.getItem(KEY) ?? undefined;
  } catch {
    // Kept in memory only.
  }
  return {
    token: () => token,
    keep(given) {
      token = given;
      try {
        sessionStorage.setItem(KEY, given);
      } catch {
        // Kept in memory only.
      }
    },
  };
}
