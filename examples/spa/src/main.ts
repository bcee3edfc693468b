import { init, track } from 'footfall-sdk';
import { places } from './places.ts';

// The one thing it takes. Moves within the page are seen by themselves.
init({ site: 'example.com', endpoint: import.meta.env.VITE_FOOTFALL ?? 'http://localhost:3001/e' });

const nav = document.querySelector('nav')!;
const main = document.querySelector('main')!;

for (const [path, { name }] of Object.entries(places)) {
  const link = Object.assign(document.createElement('a'), { href: path, textContent: name });
  nav.append(link);
}

nav.addEventListener('click', (event) => {
  const link = event.target;
  if (!(link instanceof HTMLAnchorElement) || event.metaKey || event.ctrlKey) return;
  event.preventDefault();
  history.pushState({}, '', link.href);
  show();
});
addEventListener('popstate', show);
show();

/** Draws the place that the address names. */
function show(): void {
  const [path, place] = Object.entries(places).find(([key]) => key === location.pathname) ?? Object.entries(places)[0]!;
  document.title = `${place.name} · Tides`;
  for (const link of nav.querySelectorAll('a')) link.toggleAttribute('aria-current', link.pathname === path);

  const heading = Object.assign(document.createElement('h1'), { textContent: place.name });
  const water = Object.assign(document.createElement('p'), { className: 'water', textContent: place.next });
  const text = Object.assign(document.createElement('p'), { textContent: place.text });
  const button = Object.assign(document.createElement('button'), { type: 'button', textContent: 'Remind me' });
  // An event of one's own, with properties.
  button.addEventListener('click', () => {
    void track('remind', { place: place.name, metres: place.metres });
    button.textContent = 'You will hear from us';
    button.disabled = true;
  });
  main.replaceChildren(heading, water, text, button);
}
