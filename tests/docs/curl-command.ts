/** A curl command of the docs, as what it asks for. */
export interface CurlRequest {
  readonly path: string;
  readonly method: 'GET' | 'POST';
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | null;
}

/** The curl commands in the `sh` blocks of a Markdown text. */
export function curlCommands(markdown: string): CurlRequest[] {
  const blocks = [...markdown.matchAll(/^```sh\n([\s\S]*?)^```/gmu)].map((match) => match[1] ?? '');
  return blocks.filter((block) => block.startsWith('curl ')).map(parseCurl);
}

function parseCurl(command: string): CurlRequest {
  const url = /https?:\/\/127\.0\.0\.1:8000([^\s"]*)/u.exec(command)?.[1];
  if (url === undefined) throw new Error(`There is no address of a server in: ${command}`);
  const headers = [...command.matchAll(/-H ["']([\w-]+): ([^\n]*?)["'](?=\s|$)/gu)].map(
    (match) => [match[1] ?? '', match[2] ?? ''] as const,
  );
  const body = /-d '([\s\S]*?)'/u.exec(command)?.[1] ?? null;
  return { path: url, method: body === null ? 'GET' : 'POST', headers: Object.fromEntries(headers), body };
}
