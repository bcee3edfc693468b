/** Drawn here: nothing is loaded from elsewhere. All are decoration; what they stand beside says the same in words. */

export function Chevron({ direction = 'down' }: { direction?: 'down' | 'left' | 'right' }) {
  const path = { down: 'M4 6.5 8 10.5 12 6.5', left: 'M10 4 6 8l4 4', right: 'M6 4l4 4-4 4' }[direction];
  return <Icon path={path} />;
}

export function Icon({ path }: { path: string }) {
  return (
    <svg class="icon" viewBox="0 0 16 16" width="16" height="16" aria-hidden="true">
      <path d={path} class="stroke" />
    </svg>
  );
}

export const paths = {
  close: 'M4.5 4.5l7 7M11.5 4.5l-7 7',
  check: 'M3.5 8.5 6.5 11.5 12.5 5',
  plus: 'M8 3.5v9M3.5 8h9',
  calendar: 'M3 6.5h10M5.5 2v2.5M10.5 2v2.5M3 3.5h10v10H3z',
  sun: 'M8 5.2a2.8 2.8 0 1 0 0 5.6 2.8 2.8 0 0 0 0-5.6M8 1.5v1.2M8 13.3v1.2M1.5 8h1.2M13.3 8h1.2M3.4 3.4l.9.9M11.7 11.7l.9.9M12.6 3.4l-.9.9M4.3 11.7l-.9.9',
  moon: 'M13 9.6A5.6 5.6 0 0 1 6.4 3a5.6 5.6 0 1 0 6.6 6.6z',
  copy: 'M6 6h7v7H6zM3 10V3h7',
  search: 'M7 2.5a4.5 4.5 0 1 0 0 9 4.5 4.5 0 0 0 0-9M10.4 10.4 14 14',
  filter: 'M2.5 4h11M4.5 8h7M6.5 12h3',
  up: 'M4.5 11.5l7-7M6 4.5h5.5V10',
  down: 'M4.5 4.5l7 7M6 11.5h5.5V6',
};

/** Two steps. */
export function Logo() {
  return (
    <svg class="logo" viewBox="0 0 32 32" width="28" height="28" aria-hidden="true">
      <rect width="32" height="32" rx="9" class="logo-ground" />
      <g class="logo-steps">
        <ellipse cx="11.4" cy="17.2" rx="3.1" ry="4.5" transform="rotate(-9 11.4 17.2)" />
        <ellipse cx="12.3" cy="24.6" rx="2.2" ry="2.1" />
        <ellipse cx="20.4" cy="9.8" rx="3.1" ry="4.5" transform="rotate(9 20.4 9.8)" />
        <ellipse cx="19.6" cy="17.2" rx="2.2" ry="2.1" />
      </g>
    </svg>
  );
}
