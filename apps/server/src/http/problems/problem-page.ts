import { problemTitles, requestErrorCodes, type RequestErrorCode } from '@pixsim7/contracts';
import { html } from 'hono/html';
import { problemGuide } from './problem-guide.ts';

/** The page that the `type` of a problem leads to; null when there is no such code. */
export function problemPage(code: string): ReturnType<typeof html> | null {
  if (!isCode(code)) return null;
  const { cause, cure } = problemGuide[code];
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>${code} - PixSim7 API</title>
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
        <p><a href="../../docs">PixSim7 API</a></p>
        <h1>${problemTitles[code]}</h1>
        <p><code>${code}</code>, HTTP status ${requestErrorCodes[code]}</p>
        <h2>Cause</h2>
        <p>${inHtml(cause)}</p>
        <h2>Cure</h2>
        <p>${inHtml(cure)}</p>
      </body>
    </html> `;
}

function isCode(code: string): code is RequestErrorCode {
  return Object.hasOwn(problemGuide, code);
}

/** Text between backticks is code. */
function inHtml(text: string) {
  return text.split('`').map((piece, index) => (index % 2 === 0 ? piece : html`<code>${piece}</code>`));
}
