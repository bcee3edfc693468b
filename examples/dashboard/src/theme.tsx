import { useState } from 'preact/hooks';
import { Icon, paths } from './icons.tsx';

const KEY = 'footfall-theme';
type Theme = 'light' | 'dark';

/** The reader's own choice, kept on their device. Undefined: as the system has it. */
function chosen(): Theme | undefined {
  try {
    const kept = localStorage.getItem(KEY);
    return kept === 'light' || kept === 'dark' ? kept : undefined;
  } catch {
    return undefined;
  }
}

/** Sets the theme that was chosen before. To be called before anything is drawn. */
export function applyTheme(theme: Theme | undefined = chosen()): void {
  if (theme) document.documentElement.dataset.theme = theme;
}

function current(): Theme {
  return chosen() ?? (matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light');
}

/** Light or dark. */
export function ThemeSwitch() {
  const [theme, setTheme] = useState(current);
  const other = theme === 'dark' ? 'light' : 'dark';
  function change(): void {
    try {
      localStorage.setItem(KEY, other);
    } catch {
      // Nothing may be kept here: the choice lasts as long as the page.
    }
    applyTheme(other);
    setTheme(other);
  }
  return (
    <button type="button" class="button plain" aria-label={`Change to ${other} colours`} onClick={change}>
      <Icon path={theme === 'dark' ? paths.sun : paths.moon} />
    </button>
  );
}
