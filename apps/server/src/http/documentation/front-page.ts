import type { Context } from 'hono';
import { html } from 'hono/html';
import { documentationPolicy } from './page.ts';
import { plainPage } from './plain-page.ts';

const what = 'One API for many AI video providers.';
const key =
  'Requests need an API key. The server wrote it to the file api-key in its data folder (cat data/api-key), unless it was started with API_KEY.';

/** Says what this is: to a browser as a page, to a program as text. */
export function frontPage(context: Context, version: string): Response | Promise<Response> {
  if (context.req.header('accept')?.includes('text/html') !== true) {
    return context.text(
      `PixSim7. ${what} Version ${version}.\n${key}\nReference: /docs   OpenAPI: /openapi.json   Health: /health\n`,
      200,
      { vary: 'accept' },
    );
  }
  const body = html`
    <h1>PixSim7</h1>
    <p>${what} Version ${version}.</p>
    <p>${key}</p>
    <ul>
      <li><a href="docs">API reference</a>: read it, and try every request</li>
      <li><a href="openapi.json">OpenAPI document</a></li>
      <li><a href="health">Health</a></li>
    </ul>
  `;
  return context.html(plainPage('PixSim7', body), 200, {
    'content-security-policy': documentationPolicy,
    vary: 'accept',
  });
}
