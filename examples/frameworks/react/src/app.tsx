import { useEffect, useState } from 'react';
import type { MouseEvent } from 'react';
import { SignUp } from './sign-up.tsx';

/** Two pages, and what a router does: it changes the address and draws. */
export function App() {
  const [path, setPath] = useState(location.pathname);
  useEffect(() => {
    const moved = () => setPath(location.pathname);
    addEventListener('popstate', moved);
    return () => removeEventListener('popstate', moved);
  }, []);

  const go = (event: MouseEvent<HTMLAnchorElement>) => {
    event.preventDefault();
    history.pushState({}, '', event.currentTarget.href);
    setPath(location.pathname);
  };
  const name = path === '/pricing' ? 'Pricing' : 'Home';
  return (
    <main>
      <title>{`${name} · Shop`}</title>
      <nav>
        <a href="/" onClick={go}>
          Home
        </a>{' '}
        <a href="/pricing" onClick={go}>
          Pricing
        </a>
      </nav>
      <h1>{name}</h1>
      <SignUp />
    </main>
  );
}
