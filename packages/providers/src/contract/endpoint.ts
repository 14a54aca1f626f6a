/** The target of a request at the provider, relative to its base URL. */
export interface ProviderEndpoint {
  readonly method: 'POST';
  /** With its leading slash, and with a query where the provider wants one. */
  readonly path: string;
}

/** An endpoint as it is stored with an attempt and shown, e.g. `POST /video/text/generate`. */
export function endpointText({ method, path }: ProviderEndpoint): string {
  return `${method} ${path}`;
}

/**
 * Reads what {@link endpointText} wrote. Attempts of earlier releases have the same text.
 *
 * @throws TypeError when the text is not a method and a path
 */
export function readEndpoint(text: string): ProviderEndpoint {
  const [method, path, ...rest] = text.split(' ');
  if (method !== 'POST' || path === undefined || !path.startsWith('/') || rest.length > 0) {
    throw new TypeError(`"${text}" is not an endpoint.`);
  }
  return { method, path };
}
