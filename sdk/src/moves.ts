import { atEnd, attempt, listen } from './attempt.ts';
import { move } from './view.ts';

/** Watches the moves within the page: by the Navigation API where there is one, else by the history's methods. */
export function watchMoves(): void {
  // Not only whether it is there: an element with the id `navigation` is, too.
  const { navigation } = window as Partial<Window>;
  if (navigation?.currentEntry) {
    listen(navigation, 'currententrychange', (event) =>
      move((event as NavigationCurrentEntryChangeEvent).navigationType),
    );
    return;
  }
  for (const kind of ['push', 'replace'] as const) {
    const name = (kind + 'State') as `${typeof kind}State`;
    const original = history[name];
    let isOn = true;
    const patched = (history[name] = function (...args) {
      original.apply(this, args);
      if (isOn) attempt(() => move(kind));
    });
    atEnd(() => {
      isOn = false;
      // Another may have patched it since; taking ours out from under it would take that off, too.
      if (history[name] === patched) history[name] = original;
    });
  }
  listen(window, 'popstate', () => move());
}
