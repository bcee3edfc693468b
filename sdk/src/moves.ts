import { attempt, listen } from './attempt.ts';

/**
 * Watches the moves within the page: by the Navigation API where there is one, else by the history's methods.
 *
 * @param moved told of each, and whether the history's entry is the one before, changed
 */
export function watchMoves(moved: (isReplaced: boolean) => void): void {
  // Not only whether it is there: an element with the id `navigation` is, too.
  const { navigation } = window as Partial<Window>;
  if (navigation?.currentEntry) {
    listen(navigation, 'currententrychange', (event) =>
      moved((event as NavigationCurrentEntryChangeEvent).navigationType === 'replace'),
    );
    return;
  }
  for (const name of ['pushState', 'replaceState'] as const) {
    const original = history[name];
    history[name] = function (...args) {
      original.apply(this, args);
      attempt(() => moved(name === 'replaceState'));
    };
  }
  listen(window, 'popstate', () => moved(false));
}
