import { readdirSync, readFileSync } from 'node:fs';

const FOLDER = new URL('../__fixtures__/', import.meta.url);

/** Names of the documented example bodies, copied from the PixVerse reference. */
export function fixtureNames(): string[] {
  return readdirSync(FOLDER).toSorted();
}

export function fixtureText(name: string): string {
  return readFileSync(new URL(name, FOLDER), 'utf8');
}

/** A fixture without its indentation. Exact, since the examples hold no number a double cannot. */
export function compactFixture(name: string): string {
  return JSON.stringify(JSON.parse(fixtureText(name)));
}

/** A request without a JSON body, as the fixtures describe it. */
export interface DescribedRequest {
  readonly method: string;
  readonly path: string;
  readonly query?: Readonly<Record<string, string | number>>;
  readonly headers: Readonly<Record<string, string>>;
  readonly form?: Readonly<Record<string, string>>;
}

export function describedRequest(name: string): DescribedRequest {
  const fixture = JSON.parse(fixtureText(name)) as { _request: DescribedRequest };
  return fixture._request;
}
