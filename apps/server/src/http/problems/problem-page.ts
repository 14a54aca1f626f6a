import { html } from 'hono/html';
import { problemTitles, requestErrorCodes } from '@pixsim7/contracts';
import type { RequestErrorCode } from '@pixsim7/contracts';
import { plainPage } from '../documentation/plain-page.ts';
import { problemGuide } from './problem-guide.ts';

/** The page that the `type` of a problem leads to; null when there is no such code. */
export function problemPage(code: string): ReturnType<typeof html> | null {
  if (!isCode(code)) {
    return null;
  }
  const { cause, cure } = problemGuide[code];
  return plainPage(
    `${code} - PixSim7 API`,
    html`
      <p><a href="../../docs">PixSim7 API</a></p>
      <h1>${problemTitles[code]}</h1>
      <p><code>${code}</code>, HTTP status ${requestErrorCodes[code]}</p>
      <h2>Cause</h2>
      <p>${inHtml(cause)}</p>
      <h2>Cure</h2>
      <p>${inHtml(cure)}</p>
    `,
  );
}

function isCode(code: string): code is RequestErrorCode {
  return Object.hasOwn(problemGuide, code);
}

/** Text between backticks is code. */
function inHtml(text: string) {
  return text.split('`').map((piece, index) => (index % 2 === 0 ? piece : html`<code>${piece}</code>`));
}
