import type { Context } from 'hono';
import { html } from 'hono/html';
import { documentationPolicy } from './page.ts';

const what = 'PixSim7: one API in front of many providers of AI video.';
const key =
  'Requests need an API key. The server wrote it to the file api-key in its data folder (cat data/api-key), unless it was started with API_KEY.';

/** Says what this is: to a browser as a page, to a program as text. */
export function frontPage(context: Context, version: string): Response | Promise<Response> {
  if (context.req.header('accept')?.includes('text/html') !== true) {
    return context.text(
      `${what} Version ${version}.\n${key}\nReference: /docs   OpenAPI: /openapi.json   Health: /health\n`,
    );
  }
  const page = html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>PixSim7</title>
        <style>
          body {
            font:
              16px/1.5 system-ui,
              sans-serif;
            max-width: 42rem;
            margin: 3rem auto;
            padding: 0 1rem;
          }
        </style>
      </head>
      <body>
        <h1>PixSim7</h1>
        <p>One API in front of many providers of AI video. Version ${version}.</p>
        <p>${key}</p>
        <ul>
          <li><a href="docs">API reference</a>: read it, and try every request</li>
          <li><a href="openapi.json">OpenAPI document</a></li>
          <li><a href="health">Health</a></li>
        </ul>
      </body>
    </html> `;
  return context.html(page, 200, { 'content-security-policy': documentationPolicy });
}
