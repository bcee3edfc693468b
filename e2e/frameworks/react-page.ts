import * as sdk from 'footfall-sdk';
import * as footfall from 'footfall-sdk/react';
import * as react from 'react';
import * as client from 'react-dom/client';

/** What the tests of `footfall-sdk/react` draw their pages with, from inside the browser. */
export interface Drawing {
  react: typeof react;
  client: typeof client;
  sdk: typeof sdk;
  footfall: typeof footfall;
  /** `h` of the tests. */
  h: typeof react.createElement;
}

(globalThis as unknown as { drawing: Drawing }).drawing = { react, client, sdk, footfall, h: react.createElement };
