/** The app's page. The script finds its door beside it. */
export const home = `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8" />
    <meta name="viewport" content="width=device-width" />
    <title>An app of one's own</title>
    <link rel="icon" href="data:," />
    <script defer src="/analytics/s.js" data-site="example.com"></script>
    <style>
      :root { color-scheme: light dark; font: 17px/1.6 system-ui, sans-serif }
      body { max-width: 34rem; margin: 4rem auto; padding: 0 1.5rem }
      button { font: inherit; padding: 0.5rem 1rem }
    </style>
  </head>
  <body>
    <h1>An app of one's own</h1>
    <p>This page and the analytics that counts it are one Hono app, on one port.</p>
    <button type="button" onclick="footfall('greet', { to: 'you' })">Say hello</button>
  </body>
</html>
`;
