import { useEffect, useState } from 'preact/hooks';
import { format, parse } from './state.ts';
import type { State } from './state.ts';

/** `push`: the back button comes back to what was before. `replace`: it does not. */
export type Go = (change: Partial<State>, how?: 'push' | 'replace') => void;

/** The state in the address bar, and how to change it. */
export function useAddress(): [State, Go] {
  const [state, setState] = useState(() => parse(location.search));

  useEffect(() => {
    const read = (): void => setState(parse(location.search));
    addEventListener('popstate', read);
    return () => removeEventListener('popstate', read);
  }, []);

  const go: Go = (change, how = 'push') => {
    const search = format({ ...parse(location.search), ...change });
    if (how === 'push') history.pushState(null, '', search);
    else history.replaceState(null, '', search);
    setState(parse(search));
  };
  return [state, go];
}
