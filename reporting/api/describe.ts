import { Hono } from 'hono';
import { apiDocument } from './document.ts';
import { referencePage } from './reference.ts';

/** `GET /openapi.json` and `GET /reference`: the API described, for machines and for people. Made when first asked for. */
export function describe(): Hono {
  let made: { document: ReturnType<typeof apiDocument>; page: ReturnType<typeof referencePage> } | undefined;
  const make = (): NonNullable<typeof made> => {
    const document = apiDocument();
    return { document, page: referencePage(document) };
  };
  const app = new Hono();
  app.get('/openapi.json', (c) => c.json((made ??= make()).document));
  app.get('/reference', (c) => {
    const { page } = (made ??= make());
    c.header('Content-Security-Policy', page.policy);
    c.header('Referrer-Policy', 'no-referrer');
    return c.html(page.html);
  });
  return app;
}
