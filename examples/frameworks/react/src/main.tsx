import { Footfall } from 'footfall-sdk/react';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { App } from './app.tsx';

createRoot(document.getElementById('app')!).render(
  <StrictMode>
    <Footfall site="example.com" endpoint="https://stats.example.com/e" />
    <App />
  </StrictMode>,
);
