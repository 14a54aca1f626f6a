/** Credentials as they stand inside the seal: a flat object of strings. @throws TypeError on anything else */
export function parseCredentials(text: string): Record<string, string> {
  const value: unknown = JSON.parse(text);
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new TypeError('Sealed credentials are not an object.');
  }
  const credentials: Record<string, string> = {};
  for (const [name, secret] of Object.entries(value)) {
    if (typeof secret !== 'string') throw new TypeError(`Sealed credential ${name} is not text.`);
    credentials[name] = secret;
  }
  return credentials;
}
