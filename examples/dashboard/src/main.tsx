import { render } from 'preact';
import { App } from './app.tsx';
import { createSession } from './session.ts';
import { applyTheme } from './theme.tsx';

applyTheme();
const place = document.getElementById('app');
if (place) render(<App session={createSession()} />, place);
