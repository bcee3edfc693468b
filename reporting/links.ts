import type { Context } from 'hono';

/** The page at `/` where no dashboard is served. */
export function links(c: Context): Response | Promise<Response> {
  c.header(
    'Content-Security-Policy',
    "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  );
  c.header('Referrer-Policy', 'no-referrer');
  return c.html(`<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>Footfall</title>
<h1>Footfall</h1>
<ul>
<li><a href="api/v1/reference">Reference of the API</a></li>
<li><a href="api/v1/openapi.json">The same for machines</a></li>
<li><a href="healthz">Health</a></li>
</ul>
</html>
`);
}
